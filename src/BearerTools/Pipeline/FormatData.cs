using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace BearerTools.Pipeline;

/// <summary>
/// Loads the format views of tokens and cache entries, and what of a token is serialized. Naming the file in the manifest would make
/// every import a third slower, in each runspace, even if no such object is displayed. Instead, each runspace loads it before its first
/// token.
/// </summary>
internal static class FormatData
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;

    // The command's own common parameters must not apply to Update-FormatData.
    private const string PublicCommand = "Microsoft.PowerShell.Utility\\Update-FormatData -AppendPath "
        + "([WildcardPattern]::Escape($args[0])) -ErrorAction Ignore -Verbose:$false -WhatIf:$false -Confirm:$false\n"
        + "Microsoft.PowerShell.Utility\\Update-TypeData -TypeData $args[1] -Force -ErrorAction Ignore -Verbose:$false -WhatIf:$false "
        + "-Confirm:$false";

    private static readonly string s_file = Path.ChangeExtension(typeof(FormatData).Assembly.Location, ".format.ps1xml");
    private static readonly ConditionalWeakTable<Runspace, string> s_read = [];

    // Does what an import does with a format file, through internal members of the engine. That saves 30 ms for loading the module of
    // Update-FormatData if nothing else has loaded it.
    private static readonly PropertyInfo? s_context = EngineMember.OrNull(() => typeof(InternalCommand).GetProperty("Context", Hidden));
    private static readonly MethodInfo? s_update = Method("UpdateFormats");
    private static readonly MethodInfo? s_updateTypes = Method("UpdateTypes");

    /// <summary>True if views are loaded without Update-FormatData.</summary>
    public static bool IsFast { get; private set; } = s_update is not null && s_updateTypes is not null;

    /// <summary>Loads the views if necessary. Call on the pipeline thread before writing the first object that has a view.</summary>
    public static void EnsureLoaded(PSCmdlet command)
    {
        if (Runspace.DefaultRunspace is not { } here || !s_read.TryAdd(here, s_file) || (IsFast && TryUpdate(command))) return;
        try
        {
            command.InvokeCommand.InvokeScript(PublicCommand, useNewScope: true, PipelineResultTypes.None, null, s_file, TokenData());
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
            var (entries, context) = (Entries(), s_context!.GetValue(command));
            s_updateTypes!.Invoke(entries, [context, true]);
            s_update!.Invoke(entries, [context, true]);
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
        entries.Types.Add(new SessionStateTypeEntry(TokenData(), isRemove: false));
        return entries;
    }

    /// <summary>
    /// What jobs, remote sessions and Export-Clixml get of a token: facts, without the token and its claims. A SecureString would be stored
    /// as plain text off Windows.
    /// </summary>
    private static TypeData TokenData() => new(typeof(AccessToken))
    {
        SerializationMethod = "SpecificProperties",
        PropertySerializationSet = new PropertySetData(
        [
            nameof(AccessToken.Fingerprint), nameof(AccessToken.TokenType), nameof(AccessToken.ExpiresOn), nameof(AccessToken.IssuedOn),
            nameof(AccessToken.Scopes), nameof(AccessToken.Authority), nameof(AccessToken.ClientId), nameof(AccessToken.Account),
            nameof(AccessToken.Flow),
        ]),
    };

    private static MethodInfo? Method(string name) => s_context is null ? null
        : EngineMember.OrNull(() => typeof(InitialSessionState).GetMethod(name, Hidden, [s_context.PropertyType, typeof(bool)]));
}
