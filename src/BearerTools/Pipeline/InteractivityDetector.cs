using System.Management.Automation.Host;

namespace BearerTools.Pipeline;

/// <summary>
/// Detects whether a user can answer prompts. In doubt the session is non-interactive: a script must fail rather than hang.
/// </summary>
internal static class InteractivityDetector
{
    private const string Console = "ConsoleHost";

    /// <summary>Variables that build servers and job schedulers set.</summary>
    private static readonly string[] s_variables =
    [
        "CI", "TF_BUILD", "GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL", "TEAMCITY_VERSION", "BUILDKITE", "APPVEYOR", "CODEBUILD_BUILD_ID",
        "AUTOMATION_ASSET_ACCOUNTID", "FUNCTIONS_WORKER_RUNTIME",
    ];

    /// <summary>Hosts of non-interactive sessions, with the reason.</summary>
    private static readonly Dictionary<string, string> s_hosts = new(StringComparer.Ordinal)
    {
        ["ServerRemoteHost"] = "the session is a background job or a remote session",
        ["Default Host"] = "the session has no host to write to",
    };

    /// <summary>The reason why the session is non-interactive, as a clause, or <see langword="null"/> if it is interactive.</summary>
    public static string? UnavailableReason(PSHost host)
    {
        if (s_variables.FirstOrDefault(IsSet) is { } variable) return $"the environment variable {variable} marks this as an automated run";
        if (!Environment.UserInteractive) return "the process has no desktop";
        if (host.UI is null) return "the session has no host to write to";
        if (s_hosts.TryGetValue(host.Name, out var reason)) return reason;
        if (host.Name != Console) return null;
        if (HasNonInteractiveOption(Environment.GetCommandLineArgs())) return "PowerShell was started with -NonInteractive";
        if (System.Console.IsInputRedirected) return "standard input is redirected";
        return System.Console.IsOutputRedirected ? "standard output is redirected" : null;
    }

    private static bool IsSet(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value && !value.Equals("false", StringComparison.OrdinalIgnoreCase)
            && value != "0";

    /// <summary>
    /// Reads the options of pwsh, which accepts abbreviated names, up to the script or command. What follows are its arguments.
    /// </summary>
    private static bool HasNonInteractiveOption(IEnumerable<string> arguments)
    {
        foreach (var argument in arguments.Skip(1))
        {
            if (argument.Length < 2 || argument[0] is not ('-' or '/')) continue;
            var name = argument.TrimStart('-', '/');
            if (IsAbbreviation("noninteractive", name, atLeast: 4)) return true;
            if (IsAbbreviation("command", name, 1) || IsAbbreviation("file", name, 1) || IsAbbreviation("commandwithargs", name, 3))
                return false;
        }

        return false;
    }

    private static bool IsAbbreviation(string whole, string name, int atLeast) =>
        name.Length >= atLeast && whole.StartsWith(name, StringComparison.OrdinalIgnoreCase);
}
