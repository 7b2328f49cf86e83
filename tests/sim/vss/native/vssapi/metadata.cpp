#include "metadata.h"

namespace {

using Items = std::vector<json::Value>;

class FileDescription : public Object<IVssWMFiledesc> {
 public:
  explicit FileDescription(const json::Value &path) : path_(json::wide(path.string)) {}

  STDMETHODIMP GetPath(BSTR *path) override {
    *path = SysAllocString(path_.c_str());
    return S_OK;
  }
  NOT_CALLED(GetFilespec, BSTR *)
  NOT_CALLED(GetRecursive, boolean *)
  NOT_CALLED(GetAlternateLocation, BSTR *)
  NOT_CALLED(GetBackupTypeMask, DWORD *)

 private:
  std::wstring path_;
};

class ComponentDescription : public Object<IVssWMComponent> {
 public:
  explicit ComponentDescription(const json::Value &from) : from_(from) {
    info_.type = text_of(from, "type") == L"Database" ? VSS_CT_DATABASE : VSS_CT_FILEGROUP;
    info_.bstrLogicalPath = from.find("logicalPath") ? bstr_of(from, "logicalPath") : nullptr;
    info_.bstrComponentName = bstr_of(from, "name");
    info_.bstrCaption = from.find("caption") ? bstr_of(from, "caption") : nullptr;
    const json::Value *selectable = from.find("selectable");
    info_.bSelectable = !selectable || selectable->boolean;
    info_.cFileCount = static_cast<UINT>(list_of(from, "files").size());
    info_.cDatabases = static_cast<UINT>(list_of(from, "databases").size());
    info_.cLogFiles = static_cast<UINT>(list_of(from, "logs").size());
  }
  ~ComponentDescription() override {
    SysFreeString(info_.bstrLogicalPath);
    SysFreeString(info_.bstrComponentName);
    SysFreeString(info_.bstrCaption);
  }

  STDMETHODIMP GetComponentInfo(PVSSCOMPONENTINFO *info) override {
    *info = &info_;
    return S_OK;
  }
  STDMETHODIMP FreeComponentInfo(PVSSCOMPONENTINFO) override { return S_OK; }
  STDMETHODIMP GetFile(UINT i, IVssWMFiledesc **file) override { return get("files", i, file); }
  STDMETHODIMP GetDatabaseFile(UINT i, IVssWMFiledesc **file) override { return get("databases", i, file); }
  STDMETHODIMP GetDatabaseLogFile(UINT i, IVssWMFiledesc **file) override { return get("logs", i, file); }
  NOT_CALLED(GetDependency, UINT, IVssWMDependency **)

 private:
  const json::Value from_;
  VSS_COMPONENTINFO info_ = {};

  HRESULT get(const char *list, UINT i, IVssWMFiledesc **file) {
    const Items &paths = list_of(from_, list);
    if (i >= paths.size()) return E_INVALIDARG;
    *file = new FileDescription(paths[i]);
    return S_OK;
  }
};

class WriterMetadata : public Object<IVssExamineWriterMetadata> {
 public:
  explicit WriterMetadata(const json::Value &writer) : writer_(writer) {}

  STDMETHODIMP GetIdentity(VSS_ID *instance, VSS_ID *id, BSTR *name, VSS_USAGE_TYPE *, VSS_SOURCE_TYPE *) override {
    *instance = guid_of(writer_, "instanceId");
    *id = guid_of(writer_, "id");
    *name = bstr_of(writer_, "name");
    return S_OK;
  }
  STDMETHODIMP GetFileCounts(UINT *include, UINT *exclude, UINT *components) override {
    *include = *exclude = 0;
    *components = static_cast<UINT>(list_of(writer_, "components").size());
    return S_OK;
  }
  STDMETHODIMP GetComponent(UINT i, IVssWMComponent **component) override {
    const Items &components = list_of(writer_, "components");
    if (i >= components.size()) return E_INVALIDARG;
    *component = new ComponentDescription(components[i]);
    return S_OK;
  }
  NOT_CALLED(GetIncludeFile, UINT, IVssWMFiledesc **)
  NOT_CALLED(GetExcludeFile, UINT, IVssWMFiledesc **)
  NOT_CALLED(GetRestoreMethod, VSS_RESTOREMETHOD_ENUM *, BSTR *, BSTR *, VSS_WRITERRESTORE_ENUM *, boolean *, UINT *)
  NOT_CALLED(GetAlternateLocationMapping, UINT, IVssWMFiledesc **)
  NOT_CALLED(GetBackupSchema, DWORD *)
  NOT_CALLED(GetDocument, IXMLDOMDocument **)
  NOT_CALLED(SaveAsXML, BSTR *)
  NOT_CALLED(LoadFromXML, BSTR)

 private:
  const json::Value writer_;
};

}  // namespace

IVssExamineWriterMetadata *examine(const json::Value &writer) { return new WriterMetadata(writer); }
