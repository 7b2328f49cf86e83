/* Writers and their components: what they say of themselves, what of it lies on the volumes, how they fared. */
#pragma once
#include <windows.h>

#include <vss.h>
#include <vswriter.h>
#include <vsbackup.h>

#include <string>
#include <vector>

enum class Coverage { none, some, all };

struct Component {
  VSS_COMPONENT_TYPE type = VSS_CT_UNDEFINED;
  std::wstring name, logical_path, caption;
  bool selectable = false;
  std::vector<std::wstring> paths; /* of its files, environment variables replaced */
  Coverage coverage = Coverage::none; /* how much of it, and of what lies below it, is on the volumes of the set */
  bool included = false;
  bool added = false; /* by name; the others come with what they lie below */
  HRESULT failure = S_OK;
  std::wstring message;

  bool lies_below(const Component &other) const;
  bool is_top_level(const std::vector<Component> &all) const;
};

struct Writer {
  GUID id{}, instance{};
  std::wstring name;
  std::vector<Component> components;
  bool lacks_required = false; /* a component without which it cannot be backed up lies elsewhere */
  VSS_WRITER_STATE state = VSS_WS_UNKNOWN;
  HRESULT failure = S_OK;
  std::wstring message;

  bool has_failed() const { return FAILED(failure) || state >= VSS_WS_FAILED_AT_IDENTIFY; }
};

/* metadata.cpp: the writers that answered; GatherWriterMetadata has been waited for. */
HRESULT read_metadata(IVssBackupComponents *backup, std::vector<Writer> &writers);

/* selection.cpp: sets coverage, included and added by the rules of VSS. */
void select_components(Writer &writer, const std::vector<std::wstring> &volumes);

/* status.cpp: after GatherWriterStatus. The first failure of a writer stands, whatever its state is later. */
HRESULT read_status(IVssBackupComponents *backup, std::vector<Writer> &writers);
void forget_status(std::vector<Writer> &writers);
void fail_unknown(std::vector<Writer> &writers, HRESULT why);
void read_component_failures(IVssBackupComponents *backup, std::vector<Writer> &writers);
