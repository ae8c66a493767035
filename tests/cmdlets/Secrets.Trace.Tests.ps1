# Secrets in every place of a request and its response, and what the trace, -Debug, the HAR file and the page say of them.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Leaks.psm1"
    $sandbox = Start-Sandbox
    $secrets = [ordered]@{}
    # A line that cannot be told from other data by its form.
    function New-Planted([string] $Name) { $secrets[$Name] = "$(New-Guid)$(New-Guid)".Replace('-', ''); $secrets[$Name] }
    function New-Token([string] $Name) { Get-BearerToken -Token (ConvertTo-SecureString (New-Planted $Name) -AsPlainText -Force) }

    # A raw server that sends this, and its address.
    function Set-Response([string] $Path, [string] $Body = '{}', [string[]] $Headers, [string] $Status = '200 OK', [string] $Type = 'application/json', [string] $End = 'Keep', [int] $Length = -1) {
        $size = $Length -ge 0 ? $Length : $Body.Length
        Set-RawResponse $sandbox ((@("HTTP/1.1 $Status", "Content-Type: $Type", "Content-Length: $size") + @($Headers | Where-Object { $_ }) + '', $Body) -join "`r`n") -Path $Path -End $End
    }

    $debugged = [Text.StringBuilder]::new()
    function Send([string] $Uri, $Token, [hashtable] $With = @{}) {
        $lines = try { Invoke-BearerRequest $Uri -Token $Token -Debug -TraceBody -MaximumRetryCount 0 -MaximumRedirection 3 @With 5>&1 4>&1 } catch { }
        foreach ($line in $lines) { if ($line -is [System.Management.Automation.DebugRecord]) { $null = $debugged.AppendLine($line.Message) } }
    }

    Clear-BearerTrace

    # Tokens, in each place that they are sent in.
    $plain = New-Token 'token'
    Send (Set-Response /token) $plain
    Send (Set-Response /header) (Get-BearerToken -Token (ConvertTo-SecureString (New-Planted 'token in a header') -AsPlainText -Force) -SendTokenInHeader X-Auth-Token)
    Send (Set-Response /cookie) (Get-BearerToken -Token (ConvertTo-SecureString (New-Planted 'token in a cookie') -AsPlainText -Force) -SendTokenInCookie sid)
    $bound = Get-BearerToken -Authority $sandbox.Address -ClientId $sandbox.ClientId -SecretFrom "file:$($sandbox.SecretFile)" -DPoP -BaseUri $sandbox.Api
    $secrets['DPoP token'] = ConvertTo-Plain $bound.Token
    Send "$($sandbox.Api)items/1" $bound
    $secrets['client secret'] = Get-Content $sandbox.SecretFile -Raw

    # An authority.
    foreach ($method in 'client_secret_post', 'client_secret_basic') {
        $given = @{ access_token = New-Planted "access token, $method"; refresh_token = New-Planted "refresh token, $method"; id_token = New-Planted "id token, $method"; token_type = 'Bearer'; expires_in = 3600 }
        $endpoint = Set-Response "/token/$method" (ConvertTo-Json $given -Compress)
        $secret = ConvertTo-SecureString (New-Planted $method) -AsPlainText -Force
        $issued = Get-BearerToken -TokenEndpoint $endpoint -ClientId ops -ClientSecret $secret -ClientAuthenticationMethod $method -BaseUri $endpoint -Debug 5>$null
        Send (Set-Response "/issued/$method") $issued
    }
    $login = [pscredential]::new('ada', (ConvertTo-SecureString (New-Planted 'password of a login') -AsPlainText -Force))
    $given = @{ token = New-Planted 'token of a login' } | ConvertTo-Json -Compress
    $loggedIn = Get-BearerToken -LoginUri (Set-Response /login $given) -Credential $login -BaseUri $sandbox.Address
    Send (Set-Response /logged-in) $loggedIn

    # What a server repeats of the token.
    $echoes = [ordered]@{
        'request id'      = { param($t) Set-Response /e1 -Headers "X-Request-Id: $t" }
        'correlation id'  = { param($t) Set-Response /e2 -Headers "X-Correlation-Id: a-$t" }
        'ETag'            = { param($t) Set-Response /e3 -Headers "ETag: `"$t`"" }
        'challenge'       = { param($t) Set-Response /e4 -Status '403 Forbidden' -Headers "WWW-Authenticate: Bearer error=`"x`", error_description=`"$t`"" }
        'reason'          = { param($t) Set-Response /e5 -Status "400 $t" }
        'problem details' = { param($t) Set-Response /e6 "{`"detail`":`"Token $t is bad`"}" -Status '400 Bad Request' -Type application/problem+json }
        'field'           = { param($t) Set-Response /e7 "{`"a`":[{`"note`":`"$t`"}]}" }
        'name'            = { param($t) Set-Response /e8 "{`"$t`":1}" }
        'base64'          = { param($t) Set-Response /e9 "{`"a`":`"$([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("ab$t")))`"}" }
        'hex'             = { param($t) Set-Response /e10 ([Convert]::ToHexString([Text.Encoding]::UTF8.GetBytes($t))) -Type text/plain }
        'page'            = { param($t) Set-Response /e11 "<html>$t</html>" -Type text/html -Status '500 Oops' }
        'path'            = { param($t) Set-Response "/e12/$t" }
        'Location path'   = { param($t) Set-Response /e13 -Status '302 Found' -Headers "Location: /e13/$t" }
        'harmless query'  = { param($t) "$(Set-Response /e14)?page=$t" }
    }
    foreach ($place in $echoes.Keys) { $own = New-Token "echoed in the $place"; Send (& $echoes[$place] $secrets["echoed in the $place"]) $own }

    # Secrets that this process does not know: by their place and name.
    function Plant([string] $Name) { New-Planted $Name }
    Send "$(Set-Response /u1)?code=$(Plant 'query')&$(Plant 'query without a name')" $plain
    Send (Set-Response /u2) $plain @{ Headers = @{ 'X-Api-Key' = Plant 'header of its own'; Cookie = "a=$(Plant 'cookie')" } }
    Send (Set-Response /u3 -Headers "Set-Cookie: sid=$(Plant 'Set-Cookie'); Path=/", "X-Session: $(Plant 'header of a response')") $plain
    Send (Set-Response /u4 -Status '302 Found' -Headers "Location: /u4b?code=$(Plant 'Location query')&page=1#$(Plant 'Location fragment')") $plain
    Send (Set-Response /u5 -Status '302 Found' -Headers "Location: http://ada:$(Plant 'userinfo')@127.0.0.1:1/") $plain
    Send (Set-Response /u6 -Headers "Link: </u6?cursor=$(Plant 'Link query')>; rel=`"next`"") $plain
    Send (Set-Response /u7) $plain @{ Method = 'Post'; Body = @{ user = 'ada'; password = Plant 'password field'; deep = @{ tokens = @((Plant 'list of tokens'), 5) } } }
    Send (Set-Response /u8) $plain @{ Method = 'Post'; Body = "user=ada&client_secret=$(Plant 'form field')"; ContentType = 'application/x-www-form-urlencoded' }
    Send (Set-Response /u9 "{`"apiKey`":`"$(Plant 'response field')`",`"next`":`"https://a.example/x?sig=$(Plant 'address in a field')`"}") $plain
    Send (Set-Response /u10 "<r token=`"$(Plant 'XML attribute')`"><password>$(Plant 'XML element')</password></r>" -Type application/xml) $plain
    Send (Set-Response /u11 "Use Bearer $(Plant 'scheme in a text') here." -Type text/plain) $plain
    Send (Set-Response /u12 "{`"pass\u0077ord`":`"$(Plant 'escaped name')`",`"note`":`"$(Plant 'half of a body')" -Length 5000 -End Close) $plain
    Send (Set-Response /u13 -Status '401 Unauthorized' -Headers "WWW-Authenticate: Negotiate $(Plant 'Negotiate')") $plain
    Send (Set-Response /u14 "<c><credentials><password><value>$(Plant 'nested XML element')</value></password></credentials><add key=`"password`" value=`"$(Plant 'XML value beside its name')`"/></c>" -Type application/xml) $plain
    Send (Set-Response /u15 "{`"connectionString`":`"AccountKey=$(Plant 'connection string')`",`"items`":[{`"name`":`"DB_PASSWORD`",`"value`":`"$(Plant 'value beside its name')`"}],`"note`":`"it is ghp_$(Plant 'token with a prefix')`"}") $plain
    Send (Set-Response /u16 "{`"next`":`"instance?sig=$(Plant 'relative address')`",`"text`":`"Invalid password: $(Plant 'sentence')`"}") $plain
    Send (Set-Response /u17 "db:`n  password: $(Plant 'YAML')`n" -Type application/yaml) $plain
    Send (Set-Response /u18) $plain @{ Method = 'Post'; Body = "grant_type=authorization_code&code=$(Plant 'code in a form')"; ContentType = 'application/x-www-form-urlencoded' }
    Send (Set-Response "/u19/glpat-$(Plant 'token in a path')") $plain
    # Only a challenge makes the client send the password.
    $null = Set-Response http://a.example/ -Status '407 Proxy Authentication Required' -Headers 'Proxy-Authenticate: Basic realm="proxy"'
    $null = Set-Response http://a.example/ -Status '407 Proxy Authentication Required' -Headers "Proxy-Authenticate: Negotiate $(Plant 'proxy challenge')"
    $atProxy = [pscredential]::new('ops', (ConvertTo-SecureString (Plant 'proxy password') -AsPlainText -Force))
    Send http://a.example/ $plain @{ Proxy = ([uri](Set-Response /proxy)).GetLeftPart('Authority'); ProxyCredential = $atProxy; AllowUnencryptedAuthentication = $true }

    # What is shown, so that the search is known to work.
    $control = "$(New-Guid)".Replace('-', '')
    Send "$(Set-Response /control)?page=$control" $plain

    $har, $page = 'trace.har', 'trace.html' | ForEach-Object { Join-Path $TestDrive $_ }
    Export-BearerTrace $har -IncludeBody
    Export-BearerTrace $page -IncludeBody
    $entries = Get-BearerTrace
    $texts = @{
        'the trace'     = "$($entries | Format-List * -Force | Out-String -Width 4000) $($entries | ConvertTo-Json -Depth 5) $($entries | Out-String -Width 4000)"
        '-Debug'        = "$debugged"
        'the HAR file'  = Get-Content $har -Raw
        'the page'      = Get-Content $page -Raw
    }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Of planted secrets' {
    It 'there are 40 and more, and their requests were traced with their bodies' {
        $secrets.Count | Should -BeGreaterOrEqual 40
        @($entries | Where-Object { $_.ResponseHead -and $_.RequestHead }).Count | Should -BeGreaterOrEqual 35
        @($entries | Where-Object ResponseBody).Count | Should -BeGreaterOrEqual 25
        ($entries | Where-Object Uri -Like */u7).RequestBody | Should -BeLike '*"password":"REDACTED"*'
        ($entries | Where-Object Uri -Like http://a.example/*).Status | Should -Be 407
    }

    It 'none is in <_>' -ForEach 'the trace', '-Debug', 'the HAR file', 'the page' {
        $texts[$_].Length | Should -BeGreaterThan 10000
        Find-Leak $texts[$_] $secrets | Should -BeNullOrEmpty
    }

    It 'a value under a harmless name is found in <_> by the same search' -ForEach 'the trace', '-Debug', 'the HAR file', 'the page' {
        Find-Leak $texts[$_] @{ control = $control } | Should -Not -BeNullOrEmpty
    }

    It 'each one would be found, in each encoding' {
        foreach ($name in $secrets.Keys) {
            $bytes = [Text.Encoding]::UTF8.GetBytes($secrets[$name])
            foreach ($text in $secrets[$name], [Convert]::ToBase64String([byte[]](1, 2 + $bytes)), [Convert]::ToHexString($bytes)) {
                Find-Leak "a $text b" @{ it = $secrets[$name] } | Should -Not -BeNullOrEmpty -Because $name
            }
        }
    }
}
