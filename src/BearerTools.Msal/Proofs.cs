using BearerTools.Entra;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>Passes a client's credential to MSAL.</summary>
internal static class Proofs
{
    public static async Task<ConfidentialClientApplicationBuilder> ProveAsync(
        this ClientProof proof, ConfidentialClientApplicationBuilder builder, MsalRequest request, CancellationToken cancel)
    {
        switch (proof)
        {
            case SecretProof secret:
                return builder.WithClientSecret(secret.Read().Reveal());
            case CertificateProof certificate:
                return builder.WithCertificate(certificate.Read().Certificate);
            case AssertionProof assertion:
                var text = await assertion.ReadAsync(request.Context, cancel).ConfigureAwait(false);
                return builder.WithClientAssertion((AssertionRequestOptions _) => Task.FromResult(text.Reveal()));
            default:
                throw new ArgumentException($"{proof.GetType().Name} is not a supported credential type.", nameof(proof));
        }
    }
}
