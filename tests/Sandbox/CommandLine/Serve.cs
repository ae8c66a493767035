namespace BearerTools.Sandbox.CommandLine;

/// <summary>Runs a sandbox, tells how to use it, and leaves nothing behind.</summary>
internal static class Serve
{
    private const int DefaultPort = 5080;
    private const int PortsToTry = 100;

    public static async Task RunAsync(Arguments arguments)
    {
        // First of all, so that a signal during the start leaves no files behind.
        using var end = new EndOfRun(arguments.Parent);
        using var folder = new PrivateFolder();
        await using var server = await StartAsync(arguments);
        if (arguments.CertificateFile is { } file) await File.WriteAllTextAsync(file, server.CertificatePem);
        var ready = new Ready(
            server.Address.AbsoluteUri,
            server.ClientId,
            server.UserName,
            folder.Write("client-secret", server.ClientSecret),
            folder.Write("password", server.Password),
            folder.Write("client-key.pem", server.ClientKeyPem),
            folder.Write("service-account.json", server.ServiceAccountJson),
            arguments.CertificateFile is null ? null : Path.GetFullPath(arguments.CertificateFile),
            server.Entra is { } entra ? EntraReady.Of(entra, folder) : null,
            Environment.ProcessId);
        if (arguments.ReadyFile is not null) ready.WriteTo(arguments.ReadyFile);
        Console.WriteLine(Invitation.Text(ready));
        await end.Task;
    }

    private static async Task<SandboxServer> StartAsync(Arguments arguments)
    {
        var options = new SandboxOptions { Tls = arguments.Tls, UnixSocket = arguments.UnixSocket, Entra = arguments.Entra };
        if (arguments.Port is { } port) return await SandboxServer.StartAsync(options with { Port = port });
        for (var next = DefaultPort; ; next++)
        {
            try
            {
                return await SandboxServer.StartAsync(options with { Port = next });
            }
            catch (IOException) when (next < DefaultPort + PortsToTry)
            {
                // Taken.
            }
        }
    }
}
