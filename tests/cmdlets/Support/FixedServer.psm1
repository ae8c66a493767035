# Servers on loopback that send one fixed response to every request, over TLS if they are given a certificate; and certificates for them.

Add-Type -TypeDefinition @'
using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;

public sealed class FixedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _response;
    private readonly X509Certificate2 _certificate;

    public FixedServer(string response, X509Certificate2 certificate)
    {
        (_response, _certificate) = (Encoding.Latin1.GetBytes(response), certificate);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string LastRequest { get; private set; } = "";

    public int Requests { get; private set; }

    public int Authorized { get; private set; }

    public void Dispose() => _listener.Stop();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (_certificate != null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(_certificate);
                    stream = tls;
                }

                var buffer = new byte[64 * 1024];
                var length = 0;
                while (!Encoding.Latin1.GetString(buffer, 0, length).Contains("\r\n\r\n"))
                {
                    var read = await stream.ReadAsync(buffer, length, buffer.Length - length);
                    if (read == 0) return;
                    length += read;
                }

                LastRequest = Encoding.Latin1.GetString(buffer, 0, length);
                Requests++;
                if (LastRequest.Contains("Authorization:")) Authorized++;
                if (_response.Length == 0) await Task.Delay(-1);
                await stream.WriteAsync(_response, 0, _response.Length);
                await stream.FlushAsync();
                client.Client.Shutdown(SocketShutdown.Send);
                while (await stream.ReadAsync(buffer, 0, buffer.Length) > 0) { }
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
            {
            }
        }
    }
}
'@

# The head is given as lines, without the length of the body. An empty head never responds.
function Start-FixedServer([string[]] $Head, [string] $Body = '', $Certificate) {
    $lines = @($Head) + "Content-Length: $($Body.Length)" + 'Connection: close'
    [FixedServer]::new($(if ($Head) { ($lines -join "`r`n") + "`r`n`r`n$Body" } else { '' }), $Certificate)
}

# A self-signed certificate of one host.
function New-TestCertificate([string] $HostName, [DateTimeOffset] $From = [DateTimeOffset]::Now.AddDays(-30), [DateTimeOffset] $Until = [DateTimeOffset]::Now.AddDays(30)) {
    $key = [Security.Cryptography.ECDsa]::Create()
    $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new("CN=$HostName", $key, 'SHA256')
    $names = [Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
    $names.AddDnsName($HostName)
    $request.CertificateExtensions.Add($names.Build())
    # Windows speaks TLS only with a key that went through a file.
    [Security.Cryptography.X509Certificates.X509Certificate2]::new($request.CreateSelfSigned($From, $Until).Export('Pfx'))
}

Export-ModuleMember -Function *-*
