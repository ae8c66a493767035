using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Runtime.InteropServices;

namespace BearerTools.Session;

/// <summary>The client name for the User-Agent header. Some servers refuse requests without one.</summary>
internal static class ClientName
{
    /// <summary>
    /// The kind of system, as Invoke-RestMethod names it, because servers' logs and rules look for it. Its release and the user's
    /// language, which Invoke-RestMethod also sends, are left out: no API needs them.
    /// </summary>
    private static readonly string s_system =
        OperatingSystem.IsWindows() ? string.Create(CultureInfo.InvariantCulture, $"Windows NT {Environment.OSVersion.Version.ToString(2)}")
        : OperatingSystem.IsMacOS() ? "Macintosh"
        : "Linux";

    private static readonly string s_processor = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    public static string Of(PSCmdlet command)
    {
        var engine = (command.GetVariableValue("PSVersionTable") as IDictionary)?["PSVersion"];
        var version = typeof(BearerSession).Assembly.GetName().Version?.ToString(3);
        return $"BearerTools/{version} ({s_system}; {s_processor}) PowerShell/{engine}";
    }
}
