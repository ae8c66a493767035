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
              Get-BearerToken -Authority {{address}} -ClientId {{ready.ClientId}} -SecretFrom {{Quote("file:" + ready.SecretFile)}} -BaseUri {{address}}/api/
              Invoke-BearerRequest /items
              1..100 | Invoke-BearerRequest -Uri { "/items/$_" }

            Or log in as a user:

              Get-BearerToken -LoginUri {{address}}/login -UserName {{ready.UserName}} -SecretFrom {{Quote("file:" + ready.PasswordFile)}} -BaseUri {{address}}/api/

            """;
    }

    private static string Trust(Ready ready) => ready.CertificateFile is { } file
        ? $"\n  SSL_CERT_FILE={Quote(file)} pwsh     # on Linux: a pwsh that trusts the certificate\n"
        : "";

    private static string Quote(string value) => "'" + value.Replace("'", "''") + "'";
}
