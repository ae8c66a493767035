using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tests.Msal.Support;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Msal;

/// <summary>The environment of a process is one, so these run one after another.</summary>
[Collection(nameof(EnvironmentVariables))]
public sealed class DebugTests
{
    [Fact]
    public async Task The_log_of_MSAL_is_shown_with_Debug_without_personal_data_and_secrets()
    {
        await using var bench = await Bench.StartAsync();
        // The name of an API, which MSAL does log, stands for anything else it may log one day.
        var name = $"api://{Bench.NewSecret()}";
        var secret = new Secret(name);
        var log = new EventLog(EventLevel.Debug);
        var context = new TokenRequestContext { Events = log };

        await bench.Sources.ClientCredentials(bench.Client(Bench.Secret(), resource: name)).AcquireAsync(context, CancellationToken.None);
        await bench.Sources.ManagedIdentity(new() { Resource = name }).AcquireAsync(context, CancellationToken.None);

        GC.KeepAlive(secret);
        var lines = log.Of<LibraryLog>().ToArray();
        Assert.All(lines, line => Assert.Equal("MSAL", line.Library));
        Assert.Contains(lines, line => line.Message.Contains(LiveSecrets.Mark, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Message.Contains(name, StringComparison.Ordinal));
        // MSAL's own word for whether a line may hold what tells of persons.
        Assert.All(lines, line => Assert.StartsWith("False MSAL ", line.Message, StringComparison.Ordinal));
    }
}
