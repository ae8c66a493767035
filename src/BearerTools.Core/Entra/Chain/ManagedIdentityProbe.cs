using System.Net;
using BearerTools.Security;

namespace BearerTools.Entra.Chain;

/// <summary>
/// Detects whether managed identities are available: a platform variable or the Arc agent exists, or the link-local
/// endpoint responds as Azure's does.
/// </summary>
internal sealed class ManagedIdentityProbe(HttpMessageHandler sockets, TimeProvider time)
{
    private static readonly Uri s_imds =
        AddressParser.Known("http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01");

    /// <summary>
    /// The endpoint responds within milliseconds; where it does not exist, connecting would take long to fail.
    /// </summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(1);

    /// <summary>The path of the Azure Arc agent.</summary>
    private static readonly string s_arcAgent = OperatingSystem.IsWindows()
        ? Environment.ExpandEnvironmentVariables(@"%ProgramFiles%\AzureConnectedMachineAgent\himds.exe")
        : "/opt/azcmagent/bin/himds";

    /// <summary>Returns true if a platform's variables or its agent show that managed identities are available here.</summary>
    public static bool IsPlatformNamed => ManagedIdentityAddress.IsNamed || File.Exists(s_arcAgent);

    /// <summary>Returns why none are available, as a clause; <see langword="null"/> if they are.</summary>
    public async Task<string?> UnavailableReasonAsync(CancellationToken cancel)
    {
        if (ManagedIdentityAddress.Configured.Trim().Length > 0 || File.Exists(s_arcAgent)) return null;
        using var http = new HttpMessageInvoker(sockets, disposeHandler: false);
        using var limit = new CancellationTokenSource(s_timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            // The Metadata header is left out on purpose: Azure rejects that with 400, other clouds at this address respond
            // differently.
            using var request = new HttpRequestMessage(HttpMethod.Get, s_imds);
            using var response = await http.SendAsync(request, either.Token).ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.BadRequest ? null : "the service at 169.254.169.254 is not Azure's";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return "no platform variable is set, and 169.254.169.254 does not respond";
        }
    }
}
