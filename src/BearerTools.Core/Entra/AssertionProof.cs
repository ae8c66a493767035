using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Entra;

/// <summary>
/// The word of another issuer that Entra ID has been told to trust for this client: a federated credential
/// (RFC 7523 section 2.2, https://learn.microsoft.com/entra/workload-id/workload-identity-federation).
/// </summary>
internal abstract class AssertionProof : ClientProof
{
    /// <summary>Whom such assertions are for, by convention.</summary>
    public const string Audience = "api://AzureADTokenExchange";

    /// <summary>The last one: held, so that it stays known to redaction.</summary>
    public Secret? Latest { get; private set; }

    public async ValueTask<Secret> ReadAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var assertion = await MakeAsync(context, cancel).ConfigureAwait(false);
        if (assertion.IsEmpty) throw new BearerTokenException("There is no assertion: what should give one gave nothing.") { ErrorId = "AssertionMissing", Kind = BearerErrorKind.InvalidData };
        return Latest = assertion;
    }

    protected abstract ValueTask<Secret> MakeAsync(TokenRequestContext context, CancellationToken cancel);
}
