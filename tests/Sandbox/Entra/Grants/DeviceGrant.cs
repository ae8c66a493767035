using System.Collections.Concurrent;

namespace BearerTools.Sandbox.Entra.Grants;

/// <summary>A login that waits for a user with another device (RFC 8628).</summary>
internal sealed class DeviceLogin(string client, string userCode)
{
    public string Client { get; } = client;

    public string UserCode { get; } = userCode;

    /// <summary>Who has agreed.</summary>
    public EntraUser? UserPrompt { get; set; }

    public bool IsDeclined { get; set; }
}

/// <summary>Device codes; a client polls until a user has decided.</summary>
internal sealed class DeviceGrant(EntraContext entra) : IEntraGrant
{
    private readonly ConcurrentDictionary<string, DeviceLogin> _logins = new(StringComparer.Ordinal);

    /// <summary>MSAL says it as in the drafts.</summary>
    public string[] Types => ["device_code", "urn:ietf:params:oauth:grant-type:device_code"];

    public bool NeedsProof => false;

    /// <summary>Gives the device code; the user code is in the login.</summary>
    public (string DeviceCode, DeviceLogin Login) Start(string client)
    {
        var (code, login) = (Serving.RandomSecret.MakeWord(), new DeviceLogin(client, Serving.RandomSecret.MakeWord()[..9]));
        _logins[code] = login;
        return (code, login);
    }

    public DeviceLogin? Find(string userCode) => _logins.Values.FirstOrDefault(login => login.UserCode == userCode);

    public EntraOutcome Decide(EntraTokenRequest request)
    {
        var code = request["device_code"];
        if (!_logins.TryGetValue(code, out var login) || login.Client != request.Client) return EntraErrors.GrantInvalid(70000, "The device code is not known.");
        if (login.IsDeclined) return EntraErrors.AuthorizationDeclined();
        if (login.UserPrompt is not { } prompt) return EntraErrors.AuthorizationPending();
        _logins.TryRemove(code, out _);
        return EntraOutcome.For(prompt, request, entra.Directory);
    }
}
