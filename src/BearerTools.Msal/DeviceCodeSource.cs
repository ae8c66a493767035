using BearerTools.Entra;
using BearerTools.Grants.Login;
using BearerTools.Security;
using BearerTools.Tokens;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>Gets a token for a user who confirms a code in a browser on any device (RFC 8628).</summary>
internal sealed class DeviceCodeSource(EntraServices services, EntraClient client) : UserSource(services, "DeviceCode", client)
{
    protected override string Command => $"Get-BearerToken -DeviceCode -TenantId {Client.Authority.Tenant} -ClientId {Client.ClientId}";

    protected override void AddTo(TokenKey.Builder key) => Client.AddTo(key);

    protected override async Task<AuthenticationResult> LogInAsync(
        IUserPrompt prompt, MsalRequest request, string? claims, CancellationToken cancel)
    {
        using var limit = prompt.LoginTimeout is { } timeout
            ? new CancellationTokenSource(timeout, Services.Time)
            : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return await request.Public(Client)
                .AcquireTokenWithDeviceCode(Client.Scopes, code => prompt.ShowAsync(Prompt(code, prompt.LoginTimeout), either.Token))
                .WithClaims(claims).ExecuteAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested && limit.IsCancellationRequested)
        {
            throw new BearerTokenException($"The code was not confirmed within {TimeText.Seconds(prompt.LoginTimeout!.Value)}.")
            {
                ErrorId = "LoginTimeout",
                Kind = BearerErrorKind.Timeout,
                NextStep = "Run the command again, or allow more time with -LoginTimeoutSec.",
            };
        }
    }

    private string Prompt(DeviceCodeResult code, TimeSpan? timeout)
    {
        var end = Services.Time.GetUtcNow() + timeout;
        var page = DeviceAuthorization.Page("Entra ID", code.VerificationUrl);
        return DevicePrompt.Text(new DeviceAuthorization
        {
            DeviceCode = new Secret(code.DeviceCode),
            UserCode = ServerText.Clean(code.UserCode, DeviceAuthorization.LongestCode),
            VerificationUri = ServerText.Clean(page.AbsoluteUri),
            Host = page.IdnHost,
            ExpiresOn = code.ExpiresOn,
            Interval = TimeSpan.FromSeconds(code.Interval),
        }, Metadata, end < code.ExpiresOn ? end.Value : code.ExpiresOn);
    }
}
