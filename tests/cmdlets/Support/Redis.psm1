# A Redis server for tests, as a child process on loopback. It ends with Stop-Redis.

function Get-FreePort {
    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $listener.Start()
    try { $listener.LocalEndpoint.Port } finally { $listener.Stop() }
}

# Starts one that keeps its data over a restart. With -Tls, it has a certificate that is made now, and takes no plain connections.
function Start-Redis([string] $Folder, [switch] $Tls, [string[]] $More = @()) {
    $null = New-Item $Folder -ItemType Directory -Force
    $port = Get-FreePort
    $server = [pscustomobject]@{ Process = $null; Port = $port; Folder = $Folder; Arguments = @(); Certificate = $null; Address = "127.0.0.1:$port" }
    $server.Arguments = '--bind', '127.0.0.1', '--dir', $Folder, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'
    if ($Tls) {
        $key = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=localhost', $key, [Security.Cryptography.HashAlgorithmName]::SHA256)
        $names = [Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
        $names.AddDnsName('localhost')
        $request.CertificateExtensions.Add($names.Build())
        $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new($true, $false, 0, $true))
        $certificate = $request.CreateSelfSigned([DateTimeOffset]::Now.AddDays(-1), [DateTimeOffset]::Now.AddDays(1))
        $server.Certificate = "$Folder/redis.crt"
        Set-Content $server.Certificate $certificate.ExportCertificatePem()
        Set-Content "$Folder/redis.key" $key.ExportPkcs8PrivateKeyPem()
        $server.Arguments += '--port', 0, '--tls-port', $port, '--tls-cert-file', $server.Certificate, '--tls-key-file', "$Folder/redis.key", '--tls-auth-clients', 'no'
        $server.Address = "localhost:$port"
    }
    else { $server.Arguments += '--port', $port }
    $server.Arguments += $More
    Resume-Redis $server
    $server
}

# Starts a server again that was stopped; it has its data.
function Resume-Redis($Server) {
    $start = [Diagnostics.ProcessStartInfo]::new('redis-server', [string[]] $Server.Arguments)
    # Never read: what it says fits into the pipe's buffer many times over.
    $start.RedirectStandardOutput = $true
    $Server.Process = [Diagnostics.Process]::Start($start)
    $waited = [Diagnostics.Stopwatch]::StartNew()
    while ((Invoke-Redis $Server PING) -ne 'PONG') {
        if ($Server.Process.HasExited -or $waited.Elapsed.TotalSeconds -gt 30) { throw 'redis-server did not start.' }
        Start-Sleep -Milliseconds 50
    }
}

# Runs a command on the server.
function Invoke-Redis($Server, [Parameter(ValueFromRemainingArguments)] [string[]] $Command) {
    $tls = if ($Server.Certificate) { '--tls', '--cacert', $Server.Certificate }
    & redis-cli -h ($Server.Certificate ? 'localhost' : '127.0.0.1') -p $Server.Port @tls --no-auth-warning @Command 2>$null
}

# Ends it at once, as a crash does.
function Stop-Redis($Server) {
    if (-not $Server -or $Server.Process.HasExited) { return }
    $Server.Process.Kill()
    $Server.Process.WaitForExit()
}

# A key as workers share it.
function New-RedisKey { [Convert]::ToBase64String([Security.Cryptography.RandomNumberGenerator]::GetBytes(32)) }

Export-ModuleMember -Function *-Redis*
