using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace BearerTools.Pipeline;

/// <summary>
/// Loads the format views of tokens and cache entries. Naming the file in the manifest would make every import a third slower, in each
/// runspace, even if no such object is displayed. Instead, each runspace loads it before its first token.
/// </summary>
internal static class FormatData
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;

    // The command's own common parameters must not apply to Update-FormatData.
    private const string PublicCommand = "Microsoft.PowerShell.Utility\\Update-FormatData -AppendPath "
        + "([WildcardPattern]::Escape($args[0])) -ErrorAction Ignore -Verbose:$false -WhatIf:$false -Confirm:$false";

    private static readonly string s_file = Path.ChangeExtension(typeof(FormatData).Assembly.Location, ".format.ps1xml");
    private static readonly ConditionalWeakTable<Runspace, string> s_read = [];

    // Does what an import does with a format file, through internal members of the engine. That saves 30 ms for loading the module of
    // Update-FormatData if nothing else has loaded it.
    private static readonly PropertyInfo? s_context = EngineMember.OrNull(() => typeof(InternalCommand).GetProperty("Context", Hidden));
    private static readonly MethodInfo? s_update = s_context is null ? null
        : EngineMember.OrNull(() => typeof(InitialSessionState).GetMethod("UpdateFormats", Hidden, [s_context.PropertyType, typeof(bool)]));

    /// <summary>True if views are loaded without Update-FormatData.</summary>
    public static bool IsFast { get; private set; } = s_update is not null;

    /// <summary>Loads the views if necessary. Call on the pipeline thread before writing the first object that has a view.</summary>
    public static void EnsureLoaded(PSCmdlet command)
    {
        if (Runspace.DefaultRunspace is not { } here || !s_read.TryAdd(here, s_file) || (IsFast && TryUpdate(command))) return;
        try
        {
            command.InvokeCommand.InvokeScript(PublicCommand, useNewScope: true, PipelineResultTypes.None, null, s_file);
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            // The engine or the runspace supports no views: objects are displayed as property lists.
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
