using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Entra;

/// <summary>
/// A federated credential: an assertion of another issuer that Entra ID trusts for this client (RFC 7523 section 2.2,
/// https://learn.microsoft.com/entra/workload-id/workload-identity-federation).
/// </summary>
internal abstract class AssertionProof : ClientProof
{
    /// <summary>The conventional audience of such assertions.</summary>
    public const string Audience = "api://AzureADTokenExchange";

    /// <summary>The last assertion. Held here so that redaction keeps recognising it.</summary>
    public Secret? Latest { get; private set; }

    public async ValueTask<Secret> ReadAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var assertion = await MakeAsync(context, cancel).ConfigureAwait(false);
        return assertion.IsEmpty ? throw Missing() : Latest = assertion;
    }

    protected abstract ValueTask<Secret> MakeAsync(TokenRequestContext context, CancellationToken cancel);

    private static BearerTokenException Missing() => new("The source of the client assertion returned an empty value.")
    {
        ErrorId = "AssertionMissing",
        Kind = BearerErrorKind.InvalidData,
    };
}
