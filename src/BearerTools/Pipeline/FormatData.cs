using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace BearerTools.Pipeline;

/// <summary>
/// How tokens and entries of the cache look. A module may name such a file in its manifest; then every import takes a third
/// longer, in every runspace, whether one is shown there or not. So a runspace reads it before its first token comes.
/// </summary>
internal static class FormatData
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;

    // What is asked of this command is not meant for that one.
    private const string LongWay = "Microsoft.PowerShell.Utility\\Update-FormatData -AppendPath ([WildcardPattern]::Escape($args[0])) -Verbose:$false -WhatIf:$false -Confirm:$false";

    private static readonly string s_file = Path.ChangeExtension(typeof(FormatData).Assembly.Location, ".format.ps1xml");
    private static readonly ConditionalWeakTable<Runspace, string> s_read = [];

    // What an import does with such a file, through members that the engine does not publish: without the 30 ms that loading
    // the module of Update-FormatData takes where nothing else has.
    private static readonly PropertyInfo? s_context = typeof(InternalCommand).GetProperty("Context", Hidden);
    private static readonly MethodInfo? s_update = s_context is null ? null
        : typeof(InitialSessionState).GetMethod("UpdateFormats", Hidden, [s_context.PropertyType, typeof(bool)]);

    /// <summary>On the pipeline's thread, before the first object is written that has a view.</summary>
    public static void EnsureLoaded(PSCmdlet command)
    {
        if (Runspace.DefaultRunspace is not { } here || !s_read.TryAdd(here, s_file)) return;
        try
        {
            if (s_update is null) command.InvokeCommand.InvokeScript(LongWay, useNewScope: true, PipelineResultTypes.None, null, s_file);
            else s_update.Invoke(Entries(), [s_context!.GetValue(command), true]);
        }
        catch (Exception e) when (e is TargetInvocationException or (RuntimeException and not PipelineStoppedException))
        {
            // An engine or a runspace that has no views. Everything is there all the same, only less handsome.
        }
    }

    private static InitialSessionState Entries()
    {
        var entries = InitialSessionState.Create();
        entries.Formats.Add(new SessionStateFormatEntry(s_file));
        return entries;
    }
}
