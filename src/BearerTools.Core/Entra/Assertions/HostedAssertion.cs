using System.Net.Http.Headers;
using System.Text.Json;
using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Entra.Assertions;

/// <summary>An assertion that a build host issues in exchange for the build's own token.</summary>
/// <param name="backchannel">Sends the request.</param>
/// <param name="sender">The host's name, used to start error messages.</param>
internal abstract class HostedAssertion(OAuthBackchannel backchannel, string sender) : AssertionProof
{
    /// <summary>The build's token used last. Held here so that redaction keeps recognising it.</summary>
    public Secret? BuildToken { get; private set; }

    /// <summary>The member of the response that contains the assertion.</summary>
    protected abstract string Member { get; }

    protected sealed override async ValueTask<Secret> MakeAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var response = await backchannel.SendAsync(sender, Message, Repetition.Always, context.Events, cancel).ConfigureAwait(false);
        if (response.IsSuccess
            && response.TryReadJson() is { ValueKind: JsonValueKind.Object } json
            && json.TryGetProperty(Member, out var value)
            && value.ValueKind == JsonValueKind.String)
            return new Secret(value.GetString()!);
        var message = ServerMessage.Find(response);
        throw new BearerTokenException($"{response.Sender} returned no assertion; it responded with status "
            + $"{(int)response.Status}{(message is null ? "." : $": {message}")}")
        {
            ErrorId = "AssertionMissing",
            Kind = BearerErrorKind.Authentication,
            StatusCode = response.Status,
            NextStep = "Check that this job is allowed to request identity tokens and is still running: its own token expires when the "
                + "job ends.",
        };

        HttpRequestMessage Message()
        {
            var request = Request();
            if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new AssertionRequested(request.RequestUri!));
            return request;
        }
    }

    protected abstract HttpRequestMessage Request();

    protected AuthenticationHeaderValue Bearer(string variable, string nextStep) =>
        new(AuthScheme.Bearer, (BuildToken = new Secret(Variable(variable, nextStep))).Reveal());

    /// <param name="variable">The variable with the address.</param>
    /// <param name="nextStep">What to do if it is missing or wrong.</param>
    /// <param name="query">Returns the query, of that in the variable without its question mark.</param>
    /// <exception cref="BearerTokenException">The variable is not an absolute URI.</exception>
    protected static Uri Address(string variable, string nextStep, Func<string, string> query) =>
        AddressParser.TryParse(Variable(variable, nextStep), out var given)
            && AddressParser.TryBuild(new UriBuilder(given) { Query = query(given.Query.TrimStart('?')) }, out var address)
        ? address
        : throw Unusable(variable, "is not a valid address", BearerErrorKind.InvalidArgument, nextStep);

    /// <exception cref="BearerTokenException">The variable is not set.</exception>
    protected static string Variable(string name, string nextStep) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw Unusable(name, "is not set", BearerErrorKind.NotFound, nextStep);

    private static BearerTokenException Unusable(string name, string what, BearerErrorKind kind, string nextStep) =>
        new($"The environment variable {name} {what}.") { ErrorId = "InvalidEnvironment", Kind = kind, NextStep = nextStep };
}
