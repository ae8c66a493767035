using System.Globalization;
using System.Security.Cryptography;

namespace BearerTools.Fuzz;

/// <summary>How much is tried, and with which seed. The environment sets both; <c>build.ps1 Test -Soak</c> does.</summary>
internal static class FuzzSettings
{
    public const string SeedVariable = "BEARERTOOLS_FUZZ_SEED";

    private const string RunsVariable = "BEARERTOOLS_FUZZ_RUNS";

    private const string SoakVariable = "BEARERTOOLS_SOAK";

    private const int DefaultRuns = 250;

    private const int SoakRuns = 20_000;

    private const int SeedOfContinuousIntegration = 20_261_128;

    /// <summary>Random unless it is set, or the run is one of continuous integration. A failure repeats with the same seed.</summary>
    public static int Seed { get; } = Number(SeedVariable)
        ?? (Environment.GetEnvironmentVariable("CI") is { Length: > 0 } ? SeedOfContinuousIntegration : RandomNumberGenerator.GetInt32(int.MaxValue));

    /// <summary>The number of mutants for each target.</summary>
    public static int Runs { get; } = Number(RunsVariable) ?? (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(SoakVariable)) ? DefaultRuns : SoakRuns);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
