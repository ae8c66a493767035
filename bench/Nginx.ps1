# Starts nginx as the server for measurements, because it uses less CPU than the sandbox. Other scripts dot-source this file.

# It serves /api/items/<id>, /api/large.bin and, with the echo module (libnginx-mod-http-echo), /api/slow/<id> after 20 ms.
# Returns nothing if nginx is not installed.
function Start-Nginx([string] $Folder, [string] $LargeFile) {
    $nginx = Get-Command nginx, /usr/sbin/nginx -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    if (-not $nginx) { return }
    $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
    $listener.Start()
    $port = $listener.LocalEndpoint.Port
    $listener.Stop()
    $null = New-Item $Folder -ItemType Directory -Force
    $item = '{"id":$id,"name":"Item $id","description":"one of many things","price":19.95,"inStock":true,"tags":["a","b"],"owner":{"id":7,"name":"ada"}}'
    $echo = Get-Item '/usr/lib/nginx/modules/ngx_http_echo_module.so', '/usr/lib64/nginx/modules/ngx_http_echo_module.so' -ErrorAction Ignore | Select-Object -First 1
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
    server {
        listen 127.0.0.1:$port;
        location ~ ^/api/items/(?<id>[0-9]+)`$ {
            default_type application/json;
            return 200 '$item';
        }
        $($echo ? "location ~ ^/api/slow/(?<id>[0-9]+)`$ { default_type application/json; echo_sleep 0.02; echo '$item'; }" : '')
        location = /api/large.bin { alias '$LargeFile'; }
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
    [pscustomobject]@{ Api = "http://127.0.0.1:$port/api/"; SlowPath = $echo ? 'slow/' : $null; Process = $process }
}
