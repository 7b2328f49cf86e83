#pragma once
#include <vss.h>
#include <vswriter.h>
#include <vsbackup.h>

#include <memory>

#include "../shadowCopySet.h"
#include "machine.h"

/* One requestor's view of VSS. Everything it is asked for is told to the test, which may refuse it. */
class BackupComponents : public Object<IVssBackupComponentsEx3> {
 public:
  ~BackupComponents() override;

  STDMETHODIMP InitializeForBackup(BSTR) override;
  STDMETHODIMP SetContext(LONG context) override;
  STDMETHODIMP SetBackupState(boolean components, boolean bootable, VSS_BACKUP_TYPE type, boolean partial) override;
  STDMETHODIMP DisableWriterClasses(const VSS_ID *classes, UINT count) override;
  STDMETHODIMP GatherWriterMetadata(IVssAsync **async) override;
  STDMETHODIMP GetWriterMetadataCount(UINT *count) override;
  STDMETHODIMP GetWriterMetadata(UINT i, VSS_ID *instance, IVssExamineWriterMetadata **metadata) override;
  STDMETHODIMP FreeWriterMetadata() override;
  STDMETHODIMP AddComponent(VSS_ID instance, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path, LPCWSTR name) override;
  STDMETHODIMP IsVolumeSupported(VSS_ID provider, VSS_PWSZ volume, WINBOOL *supported) override;
  STDMETHODIMP StartSnapshotSet(VSS_ID *set) override;
  STDMETHODIMP AddToSnapshotSet(VSS_PWSZ volume, VSS_ID provider, VSS_ID *snapshot) override;
  STDMETHODIMP PrepareForBackup(IVssAsync **async) override;
  STDMETHODIMP GatherWriterStatus(IVssAsync **async) override;
  STDMETHODIMP GetWriterStatusCount(UINT *count) override;
  STDMETHODIMP GetWriterStatusEx(UINT i, VSS_ID *instance, VSS_ID *writer, BSTR *name, VSS_WRITER_STATE *state, HRESULT *failure,
                                 HRESULT *application, BSTR *message) override;
  STDMETHODIMP FreeWriterStatus() override;
  STDMETHODIMP GetWriterComponentsCount(UINT *count) override;
  STDMETHODIMP GetWriterComponents(UINT i, IVssWriterComponentsExt **components) override;
  STDMETHODIMP DoSnapshotSet(IVssAsync **async) override;
  STDMETHODIMP SetBackupSucceeded(VSS_ID instance, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path, LPCWSTR name,
                                  boolean succeeded) override;
  STDMETHODIMP BackupComplete(IVssAsync **async) override;
  STDMETHODIMP AbortBackup() override;

#include "notCalled.inc"

 protected:
  bool has(REFIID id) override;

 private:
  Machine machine_;
  Provider provider_;
  bool loaded_ = false;
  LONG context_ = VSS_CTX_BACKUP;
  std::vector<json::Value> metadata_, status_, components_;
  std::unique_ptr<ShadowCopySet> set_;
  SRWLOCK busy_ = SRWLOCK_INIT; /* one call at a time, the asynchronous ones to their end */

  template <typename Fill>
  json::Value call(const char *method, Fill fill);
  HRESULT tell(const char *method);
  HRESULT later(const char *method, std::vector<json::Value> *writers, IVssAsync **async);
  HRESULT load();
  HRESULT make_set();
};
