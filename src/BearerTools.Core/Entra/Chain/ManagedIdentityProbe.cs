using System.Net;

namespace BearerTools.Entra.Chain;

/// <summary>Whether a platform gives out identities here: it says so, or the machine's own wire answers as Azure does.</summary>
internal sealed class ManagedIdentityProbe(HttpMessageHandler sockets, TimeProvider time)
{
    private static readonly Uri s_imds = new("http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01");

    /// <summary>What is there answers in milliseconds; where nothing is, a connection would be waited for for long.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>The agent of Azure Arc.</summary>
    private static readonly string s_arcAgent = OperatingSystem.IsWindows()
        ? Environment.ExpandEnvironmentVariables(@"%ProgramFiles%\AzureConnectedMachineAgent\himds.exe")
        : "/opt/azcmagent/bin/himds";

    /// <summary>True if a platform's variables or its agent say that it gives identities here.</summary>
    public static bool IsPlatformNamed => ManagedIdentityAddress.IsNamed || File.Exists(s_arcAgent);

    /// <summary>Why there are none, as a clause.</summary>
    public async Task<string?> AbsenceAsync(CancellationToken cancel)
    {
        if (ManagedIdentityAddress.Said.Trim().Length > 0 || File.Exists(s_arcAgent)) return null;
        using var http = new HttpMessageInvoker(sockets, disposeHandler: false);
        using var limit = new CancellationTokenSource(s_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            // Without the header that it wants: Azure says 400 to that, and other clouds at the same address something else.
            using var request = new HttpRequestMessage(HttpMethod.Get, s_imds);
            using var response = await http.SendAsync(request, either.Token).ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.BadRequest ? null : "what answers at 169.254.169.254 is not Azure";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return "no platform says that it gives any, and nothing answers at 169.254.169.254";
        }
    }
}
