# An authority, a login and an API whose errors repeat everything they were sent, in every spelling they know; and
# whose tokens are made by the test, so that they can be searched for.

function Start-EchoServer([hashtable] $TokenResponse) {
    # The name that Windows lets anyone listen to.
    $name = $IsWindows ? 'localhost' : '127.0.0.1'
    $listener = $null
    foreach ($try in 1..20) {
        $port = Get-Random -Minimum 20000 -Maximum 60000
        $listener = [Net.HttpListener]::new()
        $listener.Prefixes.Add("http://${name}:$port/")
        try { $listener.Start(); break } catch [Net.HttpListenerException] { $listener = $null }
    }
    $shell = [powershell]::Create()
    $null = $shell.AddScript({
            param($listener, $tokenResponse)
            while ($listener.IsListening) {
                try { $http = $listener.GetContext() } catch { return }
                $body = [IO.StreamReader]::new($http.Request.InputStream).ReadToEnd()
                $header = "$($http.Request.Headers['Authorization'])"
                $everything = "$header $body"
                $words = @(
                    $everything
                    if ($http.Request.ContentType -like '*form*') { [Net.WebUtility]::UrlDecode($body) }
                    [uri]::EscapeDataString($everything)
                    [Net.WebUtility]::HtmlEncode($everything)
                    ConvertTo-Json $everything
                    [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($everything))
                    # As a careless log does: decoded, then encoded with something before it.
                    try { [Net.WebUtility]::UrlDecode([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($header.Split(' ')[-1]))) } catch { }
                ) -join ' -- '
                $http.Response.ContentType = 'application/json'
                $http.Response.StatusCode = 200
                $response = $tokenResponse
                if ($http.Request.Url.AbsolutePath -ne '/token') {
                    $http.Response.StatusCode = $http.Request.Url.AbsolutePath -eq '/login' ? 401 : 400
                    $http.Response.Headers['X-Echo'] = [uri]::EscapeDataString($everything)
                    $response = @{ error = 'invalid_request'; error_description = $words; message = $words; detail = $words }
                }
                $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $response))
                $http.Response.OutputStream.Write($bytes)
                $http.Response.Close()
            }
        }).AddArgument($listener).AddArgument($TokenResponse)
    [pscustomobject]@{ Address = "http://${name}:$port"; Listener = $listener; Shell = $shell; Running = $shell.BeginInvoke() }
}

function Stop-EchoServer($Server) {
    $Server.Listener.Stop()
    $Server.Shell.Dispose()
}

Export-ModuleMember -Function *-*
