using System.Net.Http.Headers;
using System.Text.Json;
using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Entra.Assertions;

/// <summary>An assertion that the host of a build gives to those who show the build's own token.</summary>
/// <param name="backchannel">The way there.</param>
/// <param name="who">The host, as the beginning of a sentence.</param>
internal abstract class HostedAssertion(OAuthBackchannel backchannel, string who) : AssertionProof
{
    /// <summary>The build's token that was shown last: held, so that it stays known to redaction.</summary>
    public Secret? BuildToken { get; private set; }

    /// <summary>The member of the answer that is the assertion.</summary>
    protected abstract string Member { get; }

    protected sealed override async ValueTask<Secret> MakeAsync(TokenRequestContext context, CancellationToken cancel)
    {
        using var request = Request();
        if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new AssertionRequested(request.RequestUri!));
        var response = await backchannel.SendAsync(who, request, cancel).ConfigureAwait(false);
        if (response.IsSuccess && response.TryReadJson() is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(Member, out var value) && value.ValueKind == JsonValueKind.String)
            return new Secret(value.GetString()!);
        var words = ServerMessage.Find(response);
        throw new BearerTokenException($"{response.Sender} gave no assertion, but answered {(int)response.Status}{(words is null ? "." : $": {words}")}")
        {
            ErrorId = "AssertionMissing",
            Kind = BearerErrorKind.Authentication,
            StatusCode = response.Status,
            NextStep = "Check that this job may have identity tokens, and that it still runs: its own token ends with it.",
        };
    }

    protected abstract HttpRequestMessage Request();

    protected AuthenticationHeaderValue Bearer(string variable, string nextStep) => new("Bearer", (BuildToken = new Secret(Variable(variable, nextStep))).Reveal());

    /// <exception cref="BearerTokenException">It is no address.</exception>
    protected static UriBuilder Address(string variable, string nextStep) => Uri.TryCreate(Variable(variable, nextStep), UriKind.Absolute, out var address)
        ? new UriBuilder(address)
        : throw new BearerTokenException($"The environment variable {variable} is no address.") { ErrorId = "InvalidEnvironment", Kind = BearerErrorKind.InvalidArgument, NextStep = nextStep };

    /// <exception cref="BearerTokenException">It is not set.</exception>
    protected static string Variable(string name, string nextStep) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new BearerTokenException($"The environment variable {name} is not set.") { ErrorId = "InvalidEnvironment", Kind = BearerErrorKind.NotFound, NextStep = nextStep };
}
