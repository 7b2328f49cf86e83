using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Provider;
using System.Reflection;

namespace PwshHost.Engine;

/// <summary>The filters that a path cmdlet passes on to its provider.</summary>
internal sealed record ProviderOptions
{
    public bool Force { get; init; }
    public bool Literal { get; init; }

    /// <summary>Whether what a changing call gives back is written to the pipeline.</summary>
    public bool PassThru { get; init; } = true;
    public string? Filter { get; init; }
    public string[] Include { get; init; } = [];
    public string[] Exclude { get; init; } = [];
    public object? DynamicParameters { get; init; }
}

/// <summary>
/// One call of a provider in the name of a cmdlet. Unlike the public overloads, the engine's own ones stream output
/// and errors into the pipeline and let the provider ask ShouldProcess; the missing cmdlets are thin over these.
/// </summary>
internal sealed class ProviderCall
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

    private static readonly Type ContextType =
        typeof(PSObject).Assembly.GetType("System.Management.Automation.CmdletProviderContext") ?? throw new MissingMemberException("CmdletProviderContext");

    private static readonly ConstructorInfo NewContext =
        ContextType.GetConstructor(Any, [typeof(Cmdlet)]) ?? throw new MissingMemberException("new CmdletProviderContext(Cmdlet)");

    private static readonly PropertyInfo ForceProperty = Property("Force");
    private static readonly PropertyInfo LiteralProperty = Property("SuppressWildcardExpansion");
    private static readonly PropertyInfo DynamicProperty = Property("DynamicParameters");
    private static readonly PropertyInfo PassThruProperty = Property("PassThru");
    private static readonly MethodInfo SetFilters = Method(ContextType, "SetFilters", typeof(Collection<string>), typeof(Collection<string>), typeof(string));

    private static readonly Type Items = typeof(ItemCmdletProviderIntrinsics);
    private static readonly Type Children = typeof(ChildItemCmdletProviderIntrinsics);
    private static readonly Type Contents = typeof(ContentCmdletProviderIntrinsics);
    private static readonly Type Properties = typeof(PropertyCmdletProviderIntrinsics);
    private static readonly MethodInfo ItemGet = Method(Items, "Get", typeof(string), ContextType);
    private static readonly MethodInfo ItemSet = Method(Items, "Set", typeof(string), typeof(object), ContextType);
    private static readonly MethodInfo ItemClear = Method(Items, "Clear", typeof(string), ContextType);
    private static readonly MethodInfo ItemNew = Method(Items, "New", typeof(string), typeof(string), typeof(string), typeof(object), ContextType);
    private static readonly MethodInfo ItemRemove = Method(Items, "Remove", typeof(string), typeof(bool), ContextType);
    private static readonly MethodInfo ItemRename = Method(Items, "Rename", typeof(string), typeof(string), ContextType);
    private static readonly MethodInfo ItemCopy = Method(Items, "Copy", typeof(string), typeof(string), typeof(bool), typeof(CopyContainers), ContextType);
    private static readonly MethodInfo ItemMove = Method(Items, "Move", typeof(string), typeof(string), ContextType);
    private static readonly MethodInfo ItemExists = Method(Items, "Exists", typeof(string), ContextType);
    private static readonly MethodInfo ItemIsContainer = Method(Items, "IsContainer", typeof(string), ContextType);
    private static readonly MethodInfo ChildGet = Method(Children, "Get", typeof(string), typeof(bool), typeof(uint), ContextType);
    private static readonly MethodInfo ChildNames = Method(Children, "GetNames", typeof(string), typeof(ReturnContainers), typeof(bool), typeof(uint), ContextType);
    private static readonly MethodInfo ChildParameters = Method(Children, "GetChildItemsDynamicParameters", typeof(string), typeof(bool), ContextType);
    private static readonly MethodInfo ContentReader = Method(Contents, "GetReader", typeof(string), ContextType);
    private static readonly MethodInfo ContentWriter = Method(Contents, "GetWriter", typeof(string), ContextType);
    private static readonly MethodInfo ContentClear = Method(Contents, "Clear", typeof(string), ContextType);
    private static readonly MethodInfo ReaderParameters = Method(Contents, "GetContentReaderDynamicParameters", typeof(string), ContextType);
    private static readonly MethodInfo WriterParameters = Method(Contents, "GetContentWriterDynamicParameters", typeof(string), ContextType);
    private static readonly MethodInfo PropertyGet = Method(Properties, "Get", typeof(string), typeof(Collection<string>), ContextType);
    private static readonly MethodInfo PropertySet = Method(Properties, "Set", typeof(string), typeof(PSObject), ContextType);

    private readonly ProviderIntrinsics provider;
    private readonly object context;

    public ProviderCall(PSCmdlet cmdlet, ProviderOptions options)
    {
        provider = cmdlet.InvokeProvider;
        context = NewContext.Invoke([cmdlet]);
        ForceProperty.SetValue(context, (SwitchParameter)options.Force);
        LiteralProperty.SetValue(context, options.Literal);
        DynamicProperty.SetValue(context, options.DynamicParameters);
        PassThruProperty.SetValue(context, options.PassThru);
        Call(SetFilters, context, new Collection<string>([.. options.Include]), new Collection<string>([.. options.Exclude]), options.Filter);
    }

    public void GetItem(string path) => Call(ItemGet, provider.Item, path, context);

    public void SetItem(string path, object? value) => Call(ItemSet, provider.Item, path, value, context);

    public void ClearItem(string path) => Call(ItemClear, provider.Item, path, context);

    public void NewItem(string path, string? name, string? type, object? value) => Call(ItemNew, provider.Item, path, name, type, value, context);

    public void RemoveItem(string path, bool recurse) => Call(ItemRemove, provider.Item, path, recurse, context);

    public void RenameItem(string path, string newName) => Call(ItemRename, provider.Item, path, newName, context);

    public void CopyItem(string path, string destination, bool recurse, CopyContainers containers) =>
        Call(ItemCopy, provider.Item, path, destination, recurse, containers, context);

    public void MoveItem(string path, string destination) => Call(ItemMove, provider.Item, path, destination, context);

    public bool Exists(string path) => (bool)Call(ItemExists, provider.Item, path, context)!;

    public bool IsContainer(string path) => (bool)Call(ItemIsContainer, provider.Item, path, context)!;

    public void GetChildren(string path, bool recurse, uint depth) => Call(ChildGet, provider.ChildItem, path, recurse, depth, context);

    public void GetChildNames(string path, bool recurse, uint depth) =>
        Call(ChildNames, provider.ChildItem, path, ReturnContainers.ReturnMatchingContainers, recurse, depth, context);

    public object? ChildItemParameters(string path, bool recurse) => Call(ChildParameters, provider.ChildItem, path, recurse, context);

    public Collection<IContentReader> OpenReaders(string path) => (Collection<IContentReader>)Call(ContentReader, provider.Content, path, context)!;

    public Collection<IContentWriter> OpenWriters(string path) => (Collection<IContentWriter>)Call(ContentWriter, provider.Content, path, context)!;

    public void ClearContent(string path) => Call(ContentClear, provider.Content, path, context);

    public object? ContentReaderParameters(string path) => Call(ReaderParameters, provider.Content, path, context);

    public object? ContentWriterParameters(string path) => Call(WriterParameters, provider.Content, path, context);

    public void GetProperties(string path, string[] names) => Call(PropertyGet, provider.Property, path, new Collection<string>(names), context);

    public void SetProperties(string path, PSObject values) => Call(PropertySet, provider.Property, path, values, context);

    private static object? Call(MethodInfo method, object target, params object?[] arguments) =>
        method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    private static PropertyInfo Property(string name) =>
        ContextType.GetProperty(name, Any) ?? throw new MissingMemberException(ContextType.FullName, name);

    private static MethodInfo Method(Type type, string name, params Type[] parameters) =>
        type.GetMethod(name, Any, parameters) ?? throw new MissingMemberException(type.FullName, name);
}
