using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Http.Pacing;

/// <summary>
/// The quota policies that a refused request violates: those that the problem details name, otherwise those whose quota the headers
/// report as exhausted (draft-ietf-httpapi-ratelimit-headers sections 5 and 4).
/// </summary>
internal static class ViolatedPolicies
{
    private const int MaxShown = 5;

    /// <summary>Returns a clause, such as <c>quota 'burst' (100 requests in 60 s) is used up</c>, or <see langword="null"/>.</summary>
    /// <param name="response">The response.</param>
    /// <param name="body">The beginning of its body.</param>
    public static string? Clause(HttpResponseMessage response, string? body)
    {
        if (!ServerWait.IsForAll(response)) return null;
        var named = Named(body);
        var policies = named.Count > 0
            ? [.. named.Select(name => QuotaHeaders.Described(response.Headers, name))]
            : QuotaHeaders.UsedUp(response.Headers);
        return policies.Count == 0 ? null
            : policies.Count == 1 ? $"quota {policies[0]} is used up"
            : $"quotas {string.Join(", ", policies.Take(MaxShown))} are used up";
    }

    private static IReadOnlyList<string> Named(string? body)
    {
        if (body is null || ServerJson.TryParse(body) is not { ValueKind: JsonValueKind.Object } problem
            || !problem.TryGetProperty("violated-policies", out var policies) || policies.ValueKind != JsonValueKind.Array)
            return [];
        return [.. policies.EnumerateArray()
            .Where(policy => policy.ValueKind == JsonValueKind.String)
            .Select(policy => policy.GetString()!)];
    }
}
