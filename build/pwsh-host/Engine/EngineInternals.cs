using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Runspaces;
using System.Reflection;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace PwshHost.Engine;

/// <summary>
/// Everything of the engine that is used although it is not public. The package is pinned because of this file;
/// <see cref="SelfTest"/> looks up every field below, so that another version fails by name and not by chance.
/// </summary>
internal static class EngineInternals
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
    private const string Formatting = "Microsoft.PowerShell.Commands.Internal.Format.";

    private static readonly Assembly Engine = typeof(PSObject).Assembly;
    private static readonly Type ContextType = TypeOf("System.Management.Automation.ExecutionContext");
    private static readonly Type StateType = TypeOf("System.Management.Automation.SessionStateInternal");
    private static readonly Type ShapeType = TypeOf(Formatting + "FormatShape");
    private static readonly Type ShapeCommandType = TypeOf(Formatting + "InnerFormatShapeCommand");
    private static readonly Type OutputManagerType = TypeOf(Formatting + "OutputManagerInner");
    private static readonly Type LineOutputType = TypeOf(Formatting + "TextWriterLineOutput");
    private static readonly Type StreamKindType = TypeOf("System.Management.Automation.WriteStreamType");
    private static readonly Type StopUpstreamType = TypeOf("System.Management.Automation.StopUpstreamCommandsException");

    private static readonly PropertyInfo RunspaceContext = Property(TypeOf("System.Management.Automation.Runspaces.LocalRunspace"), "GetExecutionContext");
    private static readonly PropertyInfo CommandContext = Property(typeof(InternalCommand), "Context");
    private static readonly PropertyInfo RethrowExit = Property(ContextType, "ScriptCommandProcessorShouldRethrowExit");
    private static readonly PropertyInfo ContextTypeTable = Property(ContextType, "TypeTable");
    private static readonly PropertyInfo ContextInitialState = Property(ContextType, "InitialSessionState");
    private static readonly MethodInfo UpdateTypes = Method(typeof(InitialSessionState), "UpdateTypes", ContextType, typeof(bool));
    private static readonly MethodInfo UpdateFormats = Method(typeof(InitialSessionState), "UpdateFormats", ContextType, typeof(bool));
    private static readonly PropertyInfo StreamKind = Property(typeof(PSObject), "WriteStream");
    private static readonly MethodInfo SetInvocationInfo = Method(typeof(ErrorRecord), "SetInvocationInfo", typeof(InvocationInfo));
    private static readonly PropertyInfo PreserveInvocation = Property(typeof(ErrorRecord), "PreserveInvocationInfoOnce");
    private static readonly FieldInfo FrontEndImplementation = Field(typeof(FrontEndCommandBase), "implementation");
    private static readonly PropertyInfo OutputManagerLines = Property(OutputManagerType, "LineOutput");
    private static readonly FieldInfo CmdletState = Field(typeof(SessionState), "_sessionState");
    private static readonly MethodInfo VariableAtScope = Method(StateType, "GetVariableAtScope", typeof(string), typeof(string));
    private static readonly MethodInfo VariableTable = Method(StateType, "GetVariableTableAtScope", typeof(string));
    private static readonly MethodInfo StoreVariable = Method(StateType, "SetVariableAtScope", typeof(PSVariable), typeof(string), typeof(bool), typeof(CommandOrigin));
    private static readonly MethodInfo DropVariable = Method(StateType, "RemoveVariableAtScope", typeof(PSVariable), typeof(string), typeof(bool));
    private static readonly MethodInfo StoreAlias = Method(StateType, "SetAliasItemAtScope", typeof(AliasInfo), typeof(string), typeof(bool), typeof(CommandOrigin));
    private static readonly ConstructorInfo NewAlias = Constructor(typeof(AliasInfo), typeof(string), typeof(string), ContextType, typeof(ScopedItemOptions));
    private static readonly ConstructorInfo NewMildRefusal = Constructor(typeof(ValidationMetadataException), typeof(string), typeof(bool));
    private static readonly ConstructorInfo NewStopUpstream = Constructor(StopUpstreamType, typeof(InternalCommand));
    private static readonly ConstructorInfo NewLineOutput = Constructor(LineOutputType, typeof(TextWriter), typeof(int));
    private static readonly ConstructorInfo NewShapeCommand = Constructor(ShapeCommandType, ShapeType);

    /// <summary>Makes <c>exit</c> in a script run by name the exit of the host, as <c>-File</c> needs it.</summary>
    public static void LetScriptsExitTheHost(Runspace runspace) =>
        RethrowExit.SetValue(RunspaceContext.GetValue(runspace), true);

    /// <summary>Wraps a record so that Out-Default sends it to the error stream.</summary>
    public static PSObject MarkAsError(ErrorRecord record)
    {
        var marked = PSObject.AsPSObject(record);
        StreamKind.SetValue(marked, Enum.Parse(StreamKindType, "Error"));
        return marked;
    }

    /// <summary>Makes a record tell of the calling function and line, and not of the cmdlet that writes it.</summary>
    public static void BlameCaller(ErrorRecord record, InvocationInfo caller)
    {
        SetInvocationInfo.Invoke(record, [caller]);
        PreserveInvocation.SetValue(record, true);
    }

    /// <summary>The exception by which a cmdlet tells everything before it in the pipeline to stop.</summary>
    public static Exception StopUpstream(Cmdlet requester) => (Exception)NewStopUpstream.Invoke([requester]);

    /// <summary>A validation error after which the binder tries the other parameters of the same position.</summary>
    public static Exception RefuseAndTryOthers(string message) => (Exception)NewMildRefusal.Invoke([message, true]);

    /// <param name="command">A Format- cmdlet that is being constructed.</param>
    /// <param name="shape">Table or List.</param>
    public static void GiveShape(FrontEndCommandBase command, string shape) =>
        FrontEndImplementation.SetValue(command, NewShapeCommand.Invoke([Enum.Parse(ShapeType, shape)]));

    /// <summary>Makes an Out- cmdlet lay out its input as lines of <paramref name="writer"/>.</summary>
    public static void WriteLinesTo(FrontEndCommandBase command, TextWriter writer, int width)
    {
        var manager = Activator.CreateInstance(OutputManagerType, nonPublic: true);
        OutputManagerLines.SetValue(manager, NewLineOutput.Invoke([writer, width]));
        FrontEndImplementation.SetValue(command, manager);
    }

    public static TypeTable TypesOf(Cmdlet cmdlet) => (TypeTable)ContextTypeTable.GetValue(ContextOf(cmdlet))!;

    public static InitialSessionState StateOf(Cmdlet cmdlet) => (InitialSessionState)ContextInitialState.GetValue(ContextOf(cmdlet))!;

    /// <summary>Loads again what <see cref="StateOf"/> lists under Types.</summary>
    public static void ReloadTypes(Cmdlet cmdlet) => Call(UpdateTypes, StateOf(cmdlet), ContextOf(cmdlet), false);

    /// <summary>Loads again what <see cref="StateOf"/> lists under Formats.</summary>
    public static void ReloadFormats(Cmdlet cmdlet) => Call(UpdateFormats, StateOf(cmdlet), ContextOf(cmdlet), false);

    /// <param name="session">The caller's session state.</param>
    /// <param name="name">Without a scope prefix.</param>
    /// <param name="scope">Global, Local, Script or a number.</param>
    public static PSVariable? FindVariable(SessionState session, string name, string scope) =>
        (PSVariable?)Call(VariableAtScope, CmdletState.GetValue(session), name, scope);

    /// <summary>All variables that are visible from the caller, or those of one scope.</summary>
    public static ICollection<PSVariable> VisibleVariables(SessionState session, string? scope) =>
        ((IDictionary<string, PSVariable>)Call(VariableTable, CmdletState.GetValue(session), scope)!).Values;

    public static void SetVariable(SessionState session, PSVariable variable, string scope, bool force) =>
        Call(StoreVariable, CmdletState.GetValue(session), variable, scope, force, CommandOrigin.Internal);

    public static void RemoveVariable(SessionState session, PSVariable variable, string scope, bool force) =>
        Call(DropVariable, CmdletState.GetValue(session), variable, scope, force);

    public static AliasInfo SetAlias(PSCmdlet cmdlet, string name, string value, ScopedItemOptions options, string scope, bool force)
    {
        var alias = (AliasInfo)NewAlias.Invoke([name, value, ContextOf(cmdlet), options]);
        Call(StoreAlias, CmdletState.GetValue(cmdlet.SessionState), alias, scope, force, CommandOrigin.Internal);
        return alias;
    }

    private static object? ContextOf(Cmdlet cmdlet) => CommandContext.GetValue(cmdlet);

    /// <summary>Lets the engine's own exception through in place of reflection's wrapper.</summary>
    private static object? Call(MethodInfo method, object? target, params object?[] arguments) =>
        method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    private static Type TypeOf(string name) => Engine.GetType(name) ?? throw Missing(name);

    private static PropertyInfo Property(Type type, string name) => type.GetProperty(name, Any) ?? throw Missing($"{type.FullName}.{name}");

    private static FieldInfo Field(Type type, string name) => type.GetField(name, Any) ?? throw Missing($"{type.FullName}.{name}");

    private static MethodInfo Method(Type type, string name, params Type[] parameters) =>
        type.GetMethod(name, Any, parameters) ?? throw Missing($"{type.FullName}.{name}()");

    private static ConstructorInfo Constructor(Type type, params Type[] parameters) =>
        type.GetConstructor(Any, parameters) ?? throw Missing($"new {type.FullName}()");

    private static MissingMemberException Missing(string what) =>
        new($"This engine has no {what}. The stand-in was written for System.Management.Automation 7.6.9.");
}
