namespace BearerTools.Sandbox.CommandLine;

/// <summary>The lines to paste into pwsh.</summary>
internal static class Invitation
{
    public static string Text(Ready ready)
    {
        var address = ready.Address.TrimEnd('/');
        return $$"""

            The sandbox listens on {{address}} until Ctrl+C. Paste into pwsh, in the folder of BearerTools.psd1:
            {{Trust(ready)}}
              Import-Module ./BearerTools.psd1
              Connect-BearerApi -Authority {{address}} -ClientId {{ready.ClientId}} -SecretFrom {{Quote("file:" + ready.SecretFile)}} -BaseUri {{address}}/api/
              Invoke-BearerRequest /items
              1..100 | Invoke-BearerRequest -Uri { "/items/$_" }

            Or log in as a user:

              Connect-BearerApi -LoginUri {{address}}/login -UserName {{ready.UserName}} -SecretFrom {{Quote("file:" + ready.PasswordFile)}} -BaseUri {{address}}/api/
            {{(ready.Entra is { } entra ? Entra(entra) : "")}}
            """;
    }

    private static string Entra(EntraReady entra) => $$"""

        Or in a pwsh that takes this sandbox for Microsoft Entra (on Linux):

          HTTPS_PROXY={{entra.Proxy}} NO_PROXY=localhost,127.0.0.1 SSL_CERT_FILE={{Quote(entra.TrustFile)}} pwsh
          Connect-BearerApi -TenantId {{entra.TenantName}} -ClientId {{entra.ClientId}} -SecretFrom {{Quote("file:" + entra.SecretFile)}} -Resource https://graph.microsoft.com -BaseUri https://graph.microsoft.com/v1.0/
          Invoke-BearerRequest /users -ItemsPath value

        """;

    private static string Trust(Ready ready) => ready.CertificateFile is { } file
        ? $"\n  SSL_CERT_FILE={Quote(file)} pwsh     # on Linux: a pwsh that trusts the certificate\n"
        : "";

    private static string Quote(string value) => "'" + value.Replace("'", "''") + "'";
}
