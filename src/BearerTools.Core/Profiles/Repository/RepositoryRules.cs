using BearerTools.Json;
using BearerTools.Profiles.Saved;

namespace BearerTools.Profiles.Repository;

/// <summary>
/// What a profile in a repository may say. It gets no secret but those of environment variables that the user sees when approving it, and
/// does not change who a saved profile is or where its token goes.
/// </summary>
internal static class RepositoryRules
{
    private const string Environment = "env:";

    /// <summary>The stores of tokens are chosen by parameters with this beginning.</summary>
    private const string StorePrefix = "Store";

    /// <summary>Fields that use an identity of the user or the machine without a secret, or send it through another machine.</summary>
    private static readonly string[] s_refused =
    [
        "Account", "ClientCertificateThumbprint", "DefaultChain", "ManagedIdentity", "Proxy", "ProxyUseDefaultCredentials",
    ];

    /// <summary>
    /// The fields that a repository may change in a saved profile: how fast requests are sent, and how long they may take.
    /// </summary>
    public static IReadOnlyList<string> Harmless { get; } =
    [
        "AdaptiveThrottle", "ConnectionTimeoutSeconds", "MaximumQuotaWaitSec", "MaximumRetryCount", "OperationTimeoutSeconds",
        "OriginThrottleLimit", "RateLimit", "RateLimitScope", "RetryIntervalSec", "ThrottleLimit",
    ];

    /// <summary>True if a profile says nothing but what may change a saved one: alone, it is no profile.</summary>
    public static bool IsHarmless(JsonFileMember profile) =>
        profile.Value.Members.All(field => Harmless.Contains(field.Name, StringComparer.OrdinalIgnoreCase));

    /// <param name="profile">A profile of a repository.</param>
    /// <param name="saved">The user's profile of the same name, or <see langword="null"/>.</param>
    /// <exception cref="BearerTokenException">The profile names something that a repository must not decide.</exception>
    public static void Check(SavedProfile profile, SavedProfile? saved)
    {
        foreach (var value in profile.Values)
        {
            var name = value.Field.Name;
            if (saved is not null && !Harmless.Contains(name))
            {
                throw Refused(
                    profile, value.Start,
                    $"'{name}' is refused, because you have saved a profile '{saved.Name}': a repository can only change its "
                        + $"{string.Join(", ", Harmless)}.",
                    "Remove the field, or give the profile of the repository another name.");
            }

            if (name.StartsWith(StorePrefix, StringComparison.Ordinal))
                throw Refused(profile, value.Start, $"'{name}' is refused: a repository cannot store tokens.", "Remove the field.");
            if (s_refused.Contains(name))
            {
                throw Refused(
                    profile, value.Start, $"'{name}' is refused: a repository cannot use an identity or a proxy that needs no secret.",
                    "Remove the field, or save the profile for yourself with Set-BearerProfile -Save.");
            }

            if (value.Field.Place != ProfilePlace.None && !IsEnvironment((string)value.Value))
            {
                throw Refused(
                    profile, value.Start, $"'{name}' is refused: a repository can only refer to environment variables.",
                    "Use env:NAME, or save the profile for yourself with Set-BearerProfile -Save.");
            }
        }
    }

    private static bool IsEnvironment(string value) =>
        value.Length > Environment.Length && value.StartsWith(Environment, StringComparison.OrdinalIgnoreCase);

    private static BearerTokenException Refused(SavedProfile profile, int start, string why, string nextStep) =>
        new($"{profile.File.Place(start)}: {why}")
        {
            ErrorId = "RepositoryProfileRefused",
            Kind = BearerErrorKind.Security,
            NextStep = nextStep,
        };
}
