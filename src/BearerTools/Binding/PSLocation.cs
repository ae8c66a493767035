using System.Management.Automation;
using BearerTools.Grants;

namespace BearerTools.Binding;

/// <summary>References to secrets, with paths as the prompt means them.</summary>
internal static class PSLocation
{
    private const string File = "file:";

    /// <summary>The text of a reference to something that is mostly given by the path of its file.</summary>
    public static string PathOrReference(PSCmdlet cmdlet, string text) =>
        Reference(cmdlet, SecretReference.IsReference(text) ? text : File + text).Text!;

    /// <summary>A relative path is relative to the current location of PowerShell, which .NET does not know.</summary>
    public static SecretReference Reference(PSCmdlet cmdlet, string text) =>
        SecretReference.Parse(text.StartsWith(File, StringComparison.OrdinalIgnoreCase) && text.Length > File.Length
            ? File + cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(text[File.Length..])
            : text);
}
