using System.Net;
using System.Text;

namespace BearerTools.Sandbox.Authority;

/// <summary>Who asks: client_secret_basic or client_secret_post (RFC 6749 section 2.3.1), or private_key_jwt (RFC 7523 section 2.2), one of them.</summary>
internal static class ClientAuthentication
{
    private const string Basic = "Basic ";

    /// <summary>Whether a client tries to prove itself at all.</summary>
    public static bool IsTried(HttpRequest request, IFormCollection form) =>
        request.Headers.Authorization.Count > 0 || form.ContainsKey("client_secret") || form.ContainsKey("client_assertion");

    /// <summary>What is wrong with the client's proof, or nothing.</summary>
    public static OAuthError? Check(SandboxContext sandbox, HttpRequest request, IFormCollection form)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length > 0 && form.ContainsKey("client_secret"))
            return new OAuthError("invalid_request", "The client authenticated in the header and in the body.");

        if (form.ContainsKey("client_assertion")) return header.Length > 0 || form.ContainsKey("client_secret")
            ? new OAuthError("invalid_request", "The client authenticated in two ways.")
            : CheckAssertion(sandbox, form);

        var (id, secret) = header.Length > 0 ? FromHeader(header) : (form["client_id"].ToString(), form["client_secret"].ToString());
        if (id is null) return new OAuthError(OAuthError.InvalidClient, "The Authorization header cannot be read.");
        if (id.Length == 0) return new OAuthError(OAuthError.InvalidClient, "The client did not say who it is.");
        if (id != sandbox.ClientId) return new OAuthError(OAuthError.InvalidClient, $"There is no client '{id}'.");
        return secret == sandbox.ClientSecret ? null : new OAuthError(OAuthError.InvalidClient, $"The secret of client '{id}' is wrong.");
    }

    private static OAuthError? CheckAssertion(SandboxContext sandbox, IFormCollection form)
    {
        if (form["client_assertion_type"] != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            return new OAuthError("invalid_request", "The client_assertion_type is not known.");
        if (sandbox.RegisteredKey.Problem(form["client_assertion"].ToString(), [sandbox.Issuer], out var claims) is { } problem)
            return new OAuthError(OAuthError.InvalidClient, $"The client_assertion is refused. {problem}");
        return RegisteredKey.Text(claims, "iss") == sandbox.ClientId && RegisteredKey.Text(claims, "sub") == sandbox.ClientId
            ? null
            : new OAuthError(OAuthError.InvalidClient, "The client_assertion is of another client.");
    }

    /// <summary>Id and secret as they were sent, decoded.</summary>
    public static (string? Id, string? Secret) FromHeader(string header)
    {
        if (!header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)) return default;
        var buffer = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Basic.Length..], buffer, out var length)) return default;
        var pair = Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2);
        return pair.Length == 2 ? (WebUtility.UrlDecode(pair[0]), WebUtility.UrlDecode(pair[1])) : default;
    }
}
