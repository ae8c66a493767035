# A server that sends what a test wants, byte by byte, and closes each connection after it.

# The responses by path; a path that is a number gets that number. A response that begins with a null character is sent and then
# reset instead of closed.
function Start-RawServer([hashtable] $Responses) {
    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $listener.Start()
    $shell = [powershell]::Create()
    $null = $shell.AddScript({
            param($listener, $responses)
            $buffer = [byte[]]::new(65536)
            while ($true) {
                try { $socket = $listener.AcceptSocket() } catch { return }
                try {
                    $socket.ReceiveTimeout = $socket.SendTimeout = 5000
                    # The requests of these tests are small: they come in one piece.
                    $request = [Text.Encoding]::ASCII.GetString($buffer, 0, $socket.Receive($buffer))
                    $path = $request.Split(' ')[1].Substring(1)
                    $text = $path -match '^\d+$' ? "HTTP/1.1 200 OK`r`nContent-Type: application/json`r`nConnection: close`r`n`r`n{`"id`":$path}" : $responses[$path]
                    $null = $socket.Send([Text.Encoding]::ASCII.GetBytes($text.TrimStart([char] 0)))
                    if ($text.StartsWith([char] 0)) { $socket.LingerState = [Net.Sockets.LingerOption]::new($true, 0) }
                    else { $socket.Shutdown('Send') }
                }
                catch { $null = 'Its client has gone.' }
                finally { $socket.Dispose() }
            }
        }).AddArgument($listener).AddArgument($Responses)
    $null = $shell.BeginInvoke()
    [pscustomobject]@{ Address = "http://$($listener.LocalEndpoint)/"; Listener = $listener; Shell = $shell }
}

function Stop-RawServer($Server) {
    if (-not $Server) { return }
    $Server.Listener.Stop()
    $Server.Shell.Dispose()
}

Export-ModuleMember -Function *-*
