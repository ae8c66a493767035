using System.Management.Automation.Host;

namespace BearerTools.Pipeline;

/// <summary>Whether somebody sits at the session. Where that is in doubt nobody does: a script must fail rather than wait for ever.</summary>
internal static class InteractivityDetector
{
    private const string Console = "ConsoleHost";

    /// <summary>Variables that build servers and schedulers of scripts set.</summary>
    private static readonly string[] s_variables =
    [
        "CI", "TF_BUILD", "GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL", "TEAMCITY_VERSION", "BUILDKITE", "APPVEYOR", "CODEBUILD_BUILD_ID",
        "AUTOMATION_ASSET_ACCOUNTID", "FUNCTIONS_WORKER_RUNTIME",
    ];

    /// <summary>What stands for a session of its own, without anybody to see it.</summary>
    private static readonly Dictionary<string, string> s_hosts = new(StringComparer.Ordinal)
    {
        ["ServerRemoteHost"] = "the session is a job's, or on a remote machine",
        ["Default Host"] = "the session has no host to write to",
    };

    /// <summary>Why nobody would see a question, as a clause; nothing when somebody would.</summary>
    public static string? UnavailableReason(PSHost host)
    {
        if (s_variables.FirstOrDefault(IsSet) is { } variable) return $"the variable {variable} says that this is an automatic run";
        if (!Environment.UserInteractive) return "the process has no desktop";
        if (host.UI is null) return "the session has no host to write to";
        if (s_hosts.TryGetValue(host.Name, out var reason)) return reason;
        if (host.Name != Console) return null;
        if (SaysNonInteractive(Environment.GetCommandLineArgs())) return "PowerShell was started with -NonInteractive";
        if (System.Console.IsInputRedirected) return "its input is not a terminal";
        return System.Console.IsOutputRedirected ? "its output is not a terminal" : null;
    }

    private static bool IsSet(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value && !value.Equals("false", StringComparison.OrdinalIgnoreCase) && value != "0";

    /// <summary>Up to the script or command, whose arguments are its own; as PowerShell reads its command line, by the beginnings of names.</summary>
    private static bool SaysNonInteractive(IEnumerable<string> arguments)
    {
        foreach (var argument in arguments.Skip(1))
        {
            if (argument.Length < 2 || argument[0] is not ('-' or '/')) continue;
            var name = argument.TrimStart('-', '/');
            if (Begins("noninteractive", name, atLeast: 4)) return true;
            if (Begins("command", name, 1) || Begins("file", name, 1) || Begins("commandwithargs", name, 3)) return false;
        }

        return false;
    }

    private static bool Begins(string whole, string name, int atLeast) =>
        name.Length >= atLeast && whole.StartsWith(name, StringComparison.OrdinalIgnoreCase);
}
