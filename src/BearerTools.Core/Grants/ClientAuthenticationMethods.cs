using BearerTools.Tokens;
using Methods = BearerTools.Grants.OAuthWords.ClientAuthenticationMethod;

namespace BearerTools.Grants;

/// <summary>Which way of authentication a client uses: the one that was asked for, or the best that both sides have.</summary>
internal static class ClientAuthenticationMethods
{
    private static readonly string[] s_known = [Methods.SecretBasic, Methods.SecretPost, Methods.None];

    /// <exception cref="BearerTokenException">It is unknown, or lacks what it needs.</exception>
    public static void Check(string? method, bool hasSecret)
    {
        if (method is null) return;
        if (!s_known.Contains(method, StringComparer.Ordinal))
            throw Wrong($"'{ServerText.Clean(method, 60)}' is no way of client authentication that is known here.", $"Give one of {string.Join(", ", s_known)}, or none of them to let the authority's metadata decide.");
        if (method != Methods.None && !hasSecret)
            throw Wrong($"The client authentication {method} needs a client secret.", "Give the secret, or a reference to it such as env:NAME or file:PATH.");
    }

    /// <summary>By the method that the user asked for, else by one that the authority supports: left out, that is <c>client_secret_basic</c> (RFC 8414 section 2).</summary>
    public static ClientAuthentication Create(string clientId, Secret? secret, string? method, IReadOnlyList<string>? supported) =>
        (method ?? Choose(secret, supported)) switch
        {
            Methods.SecretBasic => new ClientSecretBasic(clientId, secret!),
            Methods.SecretPost => new ClientSecretPost(clientId, secret!),
            _ => new PublicClient(clientId),
        };

    private static string Choose(Secret? secret, IReadOnlyList<string>? supported)
    {
        if (secret is null) return Methods.None;
        if (supported is null || supported.Contains(Methods.SecretBasic)) return Methods.SecretBasic;
        if (supported.Contains(Methods.SecretPost)) return Methods.SecretPost;
        throw Wrong($"The authority takes no client secret: its metadata names only {ServerText.Clean(string.Join(", ", supported))}.",
            $"If it does take one, name the way: {Methods.SecretBasic} or {Methods.SecretPost}.");
    }

    private static BearerTokenException Wrong(string message, string nextStep) =>
        new(message) { ErrorId = "InvalidClientAuthentication", Kind = BearerErrorKind.InvalidArgument, NextStep = nextStep };
}
