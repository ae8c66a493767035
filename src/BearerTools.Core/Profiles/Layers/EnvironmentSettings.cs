using System.Globalization;
using BearerTools.Security;

namespace BearerTools.Profiles.Layers;

/// <summary>
/// Settings of requests in environment variables. Only how fast requests are sent and how long they may take: no variable changes who
/// sends a request, or where.
/// </summary>
internal static class EnvironmentSettings
{
    private const string Prefix = "BEARERTOOLS_";
    private const int MaxThrottle = 10_000;

    /// <summary>Longest limit that timers support, in seconds (about 46 days).</summary>
    private const int MaxSeconds = 4_000_000;

    private static readonly Dictionary<string, Func<string, RequestSettings, RequestSettings>> s_variables = new(StringComparer.Ordinal)
    {
        ["ConnectionTimeoutSeconds"] = (text, settings) => settings with { ConnectionTimeout = Seconds(text) },
        ["MaximumRetryCount"] = (text, settings) => settings with { MaximumRetryCount = Number(text, 0, int.MaxValue) },
        ["OperationTimeoutSeconds"] = (text, settings) => settings with { OperationTimeout = Seconds(text) },
        ["RateLimit"] = (text, settings) => settings with { RateLimit = RateLimit.Parse(text) },
        ["ThrottleLimit"] = (text, settings) => settings with { ThrottleLimit = Number(text, 1, MaxThrottle) },
    };

    /// <summary>The settings whose variables are set, with the name of the variable and its text.</summary>
    public static IEnumerable<(string Setting, string Variable, string Text)> Set =>
        from setting in s_variables.Keys
        let variable = Prefix + setting.ToUpperInvariant()
        let text = Environment.GetEnvironmentVariable(variable)
        where !string.IsNullOrWhiteSpace(text)
        select (setting, variable, text.Trim());

    /// <exception cref="BearerTokenException">The text of a variable is not valid.</exception>
    public static RequestSettings Read()
    {
        var settings = RequestSettings.None;
        foreach (var (setting, variable, text) in Set)
        {
            try
            {
                settings = s_variables[setting](text, settings);
            }
            catch (FormatException e)
            {
                throw new BearerTokenException($"The environment variable {variable} is not valid: {ServerText.Clean(e.Message)}")
                {
                    ErrorId = "InvalidEnvironmentVariable",
                    Kind = BearerErrorKind.InvalidArgument,
                    NextStep = $"Set it to a value that -{setting} takes, or remove it.",
                };
            }
        }

        return settings;
    }

    private static TimeSpan Seconds(string text) =>
        Number(text, 0, MaxSeconds) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan;

    private static int Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"'{text}' is not a number from {least} to {most}.");
}
