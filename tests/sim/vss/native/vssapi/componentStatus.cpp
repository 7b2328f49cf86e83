#include "componentStatus.h"

namespace {

class ComponentStatus : public Object<IVssComponentEx2> {
 public:
  explicit ComponentStatus(const json::Value &from) : from_(from) {}

  STDMETHODIMP GetLogicalPath(BSTR *path) override { return give("logicalPath", path); }
  STDMETHODIMP GetComponentName(BSTR *name) override { return give("name", name); }
  STDMETHODIMP GetPrepareForBackupFailureMsg(BSTR *message) override { return give("prepareMessage", message); }
  STDMETHODIMP GetPostSnapshotFailureMsg(BSTR *message) override { return give("message", message); }
  STDMETHODIMP GetFailure(HRESULT *hr, HRESULT *application, BSTR *message, DWORD *) override {
    *hr = hr_of(from_);
    *application = S_OK;
    return give("message", message);
  }
  NOT_CALLED(GetComponentType, VSS_COMPONENT_TYPE *)
  NOT_CALLED(GetBackupSucceeded, boolean *)
  NOT_CALLED(GetAlternateLocationMappingCount, UINT *)
  NOT_CALLED(GetAlternateLocationMapping, UINT, IVssWMFiledesc **)
  NOT_CALLED(SetBackupMetadata, LPCWSTR)
  NOT_CALLED(GetBackupMetadata, BSTR *)
  NOT_CALLED(AddPartialFile, LPCWSTR, LPCWSTR, LPCWSTR, LPCWSTR)
  NOT_CALLED(GetPartialFileCount, UINT *)
  NOT_CALLED(GetPartialFile, UINT, BSTR *, BSTR *, BSTR *, BSTR *)
  NOT_CALLED(IsSelectedForRestore, boolean *)
  NOT_CALLED(GetAdditionalRestores, boolean *)
  NOT_CALLED(GetNewTargetCount, UINT *)
  NOT_CALLED(GetNewTarget, UINT, IVssWMFiledesc **)
  NOT_CALLED(AddDirectedTarget, LPCWSTR, LPCWSTR, LPCWSTR, LPCWSTR, LPCWSTR, LPCWSTR)
  NOT_CALLED(GetDirectedTargetCount, UINT *)
  NOT_CALLED(GetDirectedTarget, UINT, BSTR *, BSTR *, BSTR *, BSTR *, BSTR *, BSTR *)
  NOT_CALLED(SetRestoreMetadata, LPCWSTR)
  NOT_CALLED(GetRestoreMetadata, BSTR *)
  NOT_CALLED(SetRestoreTarget, VSS_RESTORE_TARGET)
  NOT_CALLED(GetRestoreTarget, VSS_RESTORE_TARGET *)
  NOT_CALLED(SetPreRestoreFailureMsg, LPCWSTR)
  NOT_CALLED(GetPreRestoreFailureMsg, BSTR *)
  NOT_CALLED(SetPostRestoreFailureMsg, LPCWSTR)
  NOT_CALLED(GetPostRestoreFailureMsg, BSTR *)
  NOT_CALLED(SetBackupStamp, LPCWSTR)
  NOT_CALLED(GetBackupStamp, BSTR *)
  NOT_CALLED(GetPreviousBackupStamp, BSTR *)
  NOT_CALLED(GetBackupOptions, BSTR *)
  NOT_CALLED(GetRestoreOptions, BSTR *)
  NOT_CALLED(GetRestoreSubcomponentCount, UINT *)
  NOT_CALLED(GetRestoreSubcomponent, UINT, BSTR *, BSTR *, boolean *)
  NOT_CALLED(GetFileRestoreStatus, VSS_FILE_RESTORE_STATUS *)
  NOT_CALLED(AddDifferencedFilesByLastModifyTime, LPCWSTR, LPCWSTR, WINBOOL, FILETIME)
  NOT_CALLED(AddDifferencedFilesByLastModifyLSN, LPCWSTR, LPCWSTR, WINBOOL, BSTR)
  NOT_CALLED(GetDifferencedFilesCount, UINT *)
  NOT_CALLED(GetDifferencedFile, UINT, BSTR *, BSTR *, WINBOOL *, BSTR *, FILETIME *)
  NOT_CALLED(SetPrepareForBackupFailureMsg, LPCWSTR)
  NOT_CALLED(SetPostSnapshotFailureMsg, LPCWSTR)
  NOT_CALLED(GetAuthoritativeRestore, boolean *)
  NOT_CALLED(GetRollForward, VSS_ROLLFORWARD_TYPE *, BSTR *)
  NOT_CALLED(GetRestoreName, BSTR *)
  NOT_CALLED(SetFailure, HRESULT, HRESULT, LPCWSTR, DWORD)

 protected:
  bool has(REFIID id) override {
    return id == IID_IUnknown || id == IID_IVssComponent || id == IID_IVssComponentEx || id == IID_IVssComponentEx2;
  }

 private:
  const json::Value from_;

  /* S_FALSE: there is none. */
  HRESULT give(const char *name, BSTR *text) {
    *text = from_.find(name) ? bstr_of(from_, name) : nullptr;
    return *text ? S_OK : S_FALSE;
  }
};

/* Laid out as Microsoft's header has it: IUnknown is the second base. */
class WriterComponents : public IVssWriterComponentsExt, public Object<IUnknown> {
 public:
  explicit WriterComponents(const json::Value &writer) : writer_(writer) {}

  STDMETHODIMP GetComponentCount(UINT *count) override {
    *count = static_cast<UINT>(list_of(writer_, "components").size());
    return S_OK;
  }
  STDMETHODIMP GetWriterInfo(VSS_ID *instance, VSS_ID *id) override {
    *instance = guid_of(writer_, "instanceId");
    *id = guid_of(writer_, "id");
    return S_OK;
  }
  STDMETHODIMP GetComponent(UINT i, IVssComponent **component) override {
    const auto &components = list_of(writer_, "components");
    if (i >= components.size()) return E_INVALIDARG;
    *component = new ComponentStatus(components[i]);
    return S_OK;
  }

 private:
  const json::Value writer_;
};

}  // namespace

IVssWriterComponentsExt *components_of(const json::Value &writer) { return new WriterComponents(writer); }
