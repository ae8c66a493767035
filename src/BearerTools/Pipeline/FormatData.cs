using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace BearerTools.Pipeline;

/// <summary>
/// Loads the views of tokens and cache entries. A module may name such a file in its manifest; then every import takes a third
/// longer, in every runspace, whether one is shown there or not. So each runspace loads it before its first token.
/// </summary>
internal static class FormatData
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;

    // Common parameters of this command are not meant for that one.
    private const string PublicCommand = "Microsoft.PowerShell.Utility\\Update-FormatData -AppendPath ([WildcardPattern]::Escape($args[0])) -ErrorAction Ignore -Verbose:$false -WhatIf:$false -Confirm:$false";

    private static readonly string s_file = Path.ChangeExtension(typeof(FormatData).Assembly.Location, ".format.ps1xml");
    private static readonly ConditionalWeakTable<Runspace, string> s_read = [];

    // What an import does with such a file, by members that the engine does not publish. It saves the 30 ms that it takes to
    // load the module of Update-FormatData where nothing else has.
    private static readonly PropertyInfo? s_context = EngineMember.OrNull(() => typeof(InternalCommand).GetProperty("Context", Hidden));
    private static readonly MethodInfo? s_update = s_context is null ? null
        : EngineMember.OrNull(() => typeof(InitialSessionState).GetMethod("UpdateFormats", Hidden, [s_context.PropertyType, typeof(bool)]));

    /// <summary>True where views are loaded without Update-FormatData.</summary>
    public static bool IsFast { get; private set; } = s_update is not null;

    /// <summary>On the pipeline's thread, before the first object is written that has a view.</summary>
    public static void EnsureLoaded(PSCmdlet command)
    {
        if (Runspace.DefaultRunspace is not { } here || !s_read.TryAdd(here, s_file) || (IsFast && TryUpdate(command))) return;
        try
        {
            command.InvokeCommand.InvokeScript(PublicCommand, useNewScope: true, PipelineResultTypes.None, null, s_file);
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            // An engine or a runspace without views: objects are shown as lists of their properties.
        }
    }

    private static bool TryUpdate(PSCmdlet command)
    {
        try
        {
            s_update!.Invoke(Entries(), [s_context!.GetValue(command), true]);
            return true;
        }
        catch (Exception e) when (e is not TargetInvocationException { InnerException: PipelineStoppedException })
        {
            return false;
        }
    }

    private static InitialSessionState Entries()
    {
        var entries = InitialSessionState.Create();
        entries.Formats.Add(new SessionStateFormatEntry(s_file));
        return entries;
    }
}
