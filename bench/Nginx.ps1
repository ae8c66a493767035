# Starts nginx as the server for measurements, because it uses less CPU than the sandbox. Other scripts dot-source this file.

# It serves /api/items/<id>, /api/rows (for POST), /api/notes/<id> (3 KB) and /api/large.bin, also over TLS, with HTTP/1.1 or HTTP/2. With
# the echo module (libnginx-mod-http-echo), it serves more: /api/slow/<id> after 20 ms; /api/uneven/<id> after 10 ms, and every thousandth
# after 2 s; and /api/pages?page=N, 100 items after 20 ms. Returns nothing if nginx is not installed.
function Start-Nginx([string] $Folder, [string] $LargeFile) {
    $nginx = Get-Command nginx, /usr/sbin/nginx -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    if (-not $nginx) { return }
    $port, $tlsPort = Get-FreePorts 2
    $null = New-Item $Folder -ItemType Directory -Force
    New-ServerCertificate $Folder
    $item = '{"id":$id,"name":"Item $id","description":"one of many things","price":19.95,"inStock":true,"tags":["a","b"],"owner":{"id":7,"name":"ada"}}'
    $echo = Get-Item '/usr/lib/nginx/modules/ngx_http_echo_module.so', '/usr/lib64/nginx/modules/ngx_http_echo_module.so' -ErrorAction Ignore | Select-Object -First 1
    $routes = @"
        location ~ ^/api/items/(?<id>[0-9]+)`$ { return 200 '$item'; }
        location = /api/rows { return 201 '{"id":1}'; }
        location ~ ^/api/notes/[0-9]+`$ { default_type text/plain; return 200 '$('A line of a note. ' * 175)'; }
        location = /api/large.bin { alias '$LargeFile'; }
"@
    if ($echo) {
        $page = foreach ($id in 1..100) { "echo -n '$($id -gt 1 ? ',' : '')$($item.Replace('$id', ('${{arg_page}}{0:000}' -f $id)))';" }
        $routes += @"

        location ~ ^/api/slow/(?<id>[0-9]+)`$ { echo_sleep 0.02; echo '$item'; }
        location ~ ^/api/uneven/(?<id>[0-9]*000)`$ { echo_sleep 2; echo '$item'; }
        location ~ ^/api/uneven/(?<id>[0-9]+)`$ { echo_sleep 0.01; echo '$item'; }
        location = /api/pages { echo_sleep 0.02; echo -n '['; $($page -join ' ') echo ']'; }
"@
    }
    Set-Content (Join-Path $Folder 'nginx.conf') @"
$($echo ? "load_module '$echo';" : '')
worker_processes 1;
daemon off;
master_process off;
pid nginx.pid;
error_log stderr crit;
events { worker_connections 1024; }
http {
    access_log off;
    keepalive_requests 100000000;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    sendfile on;
    default_type application/json;
    server {
        listen 127.0.0.1:$port;
$routes
    }
    server {
        listen 127.0.0.1:$tlsPort ssl http2;
        ssl_certificate server.pem;
        ssl_certificate_key server.key;
$routes
    }
}
"@
    $start = [System.Diagnostics.ProcessStartInfo]::new($nginx.Source, [string[]]('-p', $Folder, '-c', 'nginx.conf'))
    $process = [System.Diagnostics.Process]::Start($start)
    foreach ($try in 1..100) {
        Start-Sleep -Milliseconds 50
        if ($process.HasExited) { throw "nginx ended with exit code $($process.ExitCode)." }
        $socket = [System.Net.Sockets.TcpClient]::new()
        try {
            $socket.Connect('127.0.0.1', $port)
            break
        }
        catch { if ($try -eq 100) { throw } }
        finally { $socket.Dispose() }
    }
    [pscustomobject]@{
        Api      = "http://127.0.0.1:$port/api/"
        TlsApi   = "https://127.0.0.1:$tlsPort/api/"
        HasEcho  = [bool] $echo
        SlowPath = $echo ? 'slow/' : $null
        Process  = $process
    }
}

function Get-FreePorts([int] $Count) {
    $listeners = foreach ($n in 1..$Count) { [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0) }
    $listeners.ForEach('Start')
    $listeners.LocalEndpoint.Port
    $listeners.ForEach('Stop')
}

# A certificate of this run only.
function New-ServerCertificate([string] $Folder) {
    $key = [System.Security.Cryptography.ECDsa]::Create([System.Security.Cryptography.ECCurve+NamedCurves]::nistP256)
    $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=127.0.0.1', $key, 'SHA256')
    $certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddDays(1))
    Set-Content (Join-Path $Folder 'server.pem') $certificate.ExportCertificatePem()
    Set-Content (Join-Path $Folder 'server.key') $key.ExportPkcs8PrivateKeyPem()
}
