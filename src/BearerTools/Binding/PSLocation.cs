using System.Management.Automation;
using BearerTools.Grants;

namespace BearerTools.Binding;

/// <summary>References to secrets, with paths as the prompt means them.</summary>
internal static class PSLocation
{
    private const string File = "file:";

    /// <summary>A relative path is relative to the current location of PowerShell, which .NET does not know.</summary>
    public static SecretReference Reference(PSCmdlet cmdlet, string text) =>
        SecretReference.Parse(text.StartsWith(File, StringComparison.OrdinalIgnoreCase) && text.Length > File.Length
            ? File + cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(text[File.Length..])
            : text);
}
