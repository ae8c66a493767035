using BearerTools.Composition;
using BearerTools.Http;
using BearerTools.Mocking;
using BearerTools.Profiles;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Session;

/// <summary>Creates mocks.</summary>
internal static class MockFactory
{
    /// <summary>Lifetime of a mock's tokens, unless the user gives one.</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);

    private static readonly TimeSpan s_maxTokenLifetime = TimeSpan.FromDays(36_525);

    private const string Prefix = "mock-";

    /// <param name="baseUri">The base address, or <see langword="null"/> for one of its own.</param>
    /// <param name="lifetime">Lifetime of its tokens.</param>
    /// <param name="start">Time that its clock starts at, or <see langword="null"/> for now.</param>
    /// <param name="recording">Responds in the place of rules, or <see langword="null"/>.</param>
    /// <exception cref="BearerRequestException">The address is no base address, or the lifetime or the time is out of range.</exception>
    public static MockedApi Create(Uri? baseUri, TimeSpan lifetime, DateTimeOffset? start, IMockResponder? recording = null)
    {
        if (lifetime <= TimeSpan.Zero)
            throw MockErrors.Error("MockInvalid", BearerErrorKind.InvalidArgument, "-TokenLifetime is not positive.",
                "Pass a lifetime such as 00:05:00.");
        if (lifetime > s_maxTokenLifetime)
            throw MockErrors.Error("MockInvalid", BearerErrorKind.InvalidArgument, "-TokenLifetime is longer than 100 years.",
                "Pass a lifetime such as 1.00:00:00.");
        if (start < MockClock.Earliest || start > MockClock.Latest)
            throw MockErrors.Error("MockInvalid", BearerErrorKind.InvalidArgument,
                $"-StartTime is {TimeText.Of(start.Value)}, and a mock's clock goes from 1970 to 9000.", "Pass a time such as 2030-01-01.");
        // The domain never resolves (RFC 2606 section 2), so that nothing can leave this process by mistake.
        var address = RequestAddress.Base(baseUri ?? new Origin(Uri.UriSchemeHttps, $"{Name()}.invalid", 443).Root);
        var clock = new MockClock(start ?? BearerSession.Services.Time.GetUtcNow());
        return new MockedApi(new ApiMock(address, clock) { Recording = recording }, lifetime);
    }

    public static async Task<BearerMock> CompleteAsync(MockedApi api, CancellationToken cancel)
    {
        var token = await api.Connection.Tokens.GetAsync(TokenRequestContext.Default, cancel).ConfigureAwait(false);
        var profile = new ConnectionProfile
        {
            Name = IsOwn(api.Mock.BaseUri) ? api.Mock.BaseUri.Host.Split('.')[0] : Name(),
            Source = api.Connection.Tokens.Source,
            BaseUri = api.Mock.BaseUri,
            Fixed = api.Connection,
        };
        // Weakly, or the process would keep each mock of a long test run, with its calls.
        BearerSession.Services.Profiles.Lend(profile);
        return new BearerMock(api, token, profile);
    }

    private static bool IsOwn(Uri baseUri) => baseUri.Host.StartsWith(Prefix, StringComparison.Ordinal)
        && baseUri.Host.EndsWith(".invalid", StringComparison.Ordinal);

    private static string Name() => $"{Prefix}{Guid.NewGuid().ToString("N")[..8]}";
}
