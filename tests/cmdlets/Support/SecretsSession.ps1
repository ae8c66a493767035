# A session that handles every kind of secret and prints everything it can, for Secrets.Tests.ps1. It is given
# secrets by files and variables only, and leaves all that it printed in the folder Out.
param([string] $GivenFile, [string] $Out)

$given = Get-Content $GivenFile -Raw | ConvertFrom-Json -AsHashtable
Import-Module "$PSScriptRoot/../../../BearerTools.psd1"
$VerbosePreference = $DebugPreference = $InformationPreference = $WarningPreference = 'Continue'
$echo = $given.echo
$sandbox = $given.sandbox
$files = $given.files

function Read-Secret([string] $Name) { ConvertTo-SecureString ([IO.File]::ReadAllText($files[$Name])) -AsPlainText -Force }

# Everything users do to see what an object is.
function Show($Object) {
    $Object | Out-String
    $Object | Format-List * -Force | Out-String -Width 120
    $Object | Format-Table * | Out-String -Width 400
    $Object | Format-Custom -Depth 1 | Out-String
    $Object | ConvertTo-Csv
    $Object | ConvertTo-Json -Depth 4 -WarningAction Ignore
    "$Object"
}

$seen = [Collections.Generic.HashSet[string]]::new()
function Show-Error($Failure) {
    $Failure | Out-String
    $Failure.Exception | Format-List * -Force | Out-String
    $Failure.Exception.ToString()
    "$Failure $($Failure.ErrorDetails) $($Failure.TargetObject)"
    # The rest has the same texts in other places: once for each kind of error, because it is slow.
    if (-not $seen.Add($Failure.FullyQualifiedErrorId)) { return }
    $Failure | Get-Error | Out-String
    $ErrorView = 'NormalView'
    $Failure | Out-String
    $Failure | Format-List * -Force | Out-String
    $Failure.Exception.Headers | Out-String
    $Failure | ConvertTo-Json -Depth 2 -WarningAction Ignore
}

$script:failed = 0
function Attempt([scriptblock] $Action) {
    $Error.Clear()
    try { & $Action } catch { }
    # What came without a catch is here as well.
    foreach ($failure in @($Error)) { $script:failed++; Show-Error $failure }
}

$session = {
    Start-Transcript (Join-Path $Out 'transcript.txt')
    $client = @{ ClientId = 'canary'; Verbose = $true; Debug = $true }
    $login = @{ LoginUri = "$echo/login"; Verbose = $true; Debug = $true }
    $credential = [pscredential]::new('ada', (Read-Secret password))

    # Client secrets, and an authority that repeats them.
    foreach ($method in 'client_secret_basic', 'client_secret_post') {
        Attempt { Show (Get-BearerToken -TokenEndpoint "$echo/token" @client -ClientSecret (Read-Secret clientSecret) -ClientAuthenticationMethod $method) }
        Attempt { Get-BearerToken -TokenEndpoint "$echo/refuse" @client -ClientSecret (Read-Secret clientSecret) -ClientAuthenticationMethod $method }
        Attempt { Get-BearerToken -TokenEndpoint "$echo/refuse" @client -SecretFrom "file:$($files.clientSecret)" -ClientAuthenticationMethod $method }
    }
    Attempt { Get-BearerToken -Authority "$($sandbox.address)/odd/echo-secret" -ClientId $sandbox.clientId -SecretFrom "file:$($sandbox.secretFile)" -Verbose -Debug }

    # Logins, and one that repeats them.
    Attempt { Get-BearerToken @login -Credential $credential }
    Attempt { Get-BearerToken @login -Credential $credential -ContentType application/x-www-form-urlencoded }
    Attempt { Get-BearerToken @login -UserName ada -SecretFrom "file:$($files.password)" -PasswordField secretWord }
    Attempt { Get-BearerToken @login -Body @{ user = 'ada'; secret = Read-Secret password } }
    $plain = [IO.File]::ReadAllText($files.password)
    Attempt { Get-BearerToken @login -Body @{ user = 'ada'; password = $plain; nested = @{ apiKey = $plain } } }
    $whole = [IO.File]::ReadAllText($files.loginBody)
    Attempt { Get-BearerToken @login -Body $whole }
    Attempt { Get-BearerToken @login -SecretFrom "file:$($files.loginBody)" }
    Attempt { Show (Get-BearerToken -LoginUri "$($sandbox.address)/login" -UserName $sandbox.userName -SecretFrom "file:$($sandbox.passwordFile)" -Verbose -Debug) }

    # Tokens, and APIs that repeat them.
    Attempt { Show (Get-BearerToken -Token (Read-Secret given) -Verbose -Debug) ; Connect-BearerApi -Token (Read-Secret given) -Verbose -Debug }
    Attempt { Invoke-BearerRequest "$echo/api" -Verbose -Debug }
    Attempt { Invoke-BearerRequest "$echo/api" -Token (Read-Secret outside) -Verbose -Debug }
    Attempt { Invoke-BearerRequest "$echo/api" -Token $plain -Verbose -Debug }
    Attempt { Show (Get-BearerToken -TokenFrom "file:$($files.fromFile)" -Verbose -Debug) ; Connect-BearerApi -TokenFrom "file:$($files.fromFile)" ; Invoke-BearerRequest "$echo/api" }
    Attempt { Show (Get-BearerToken -TokenFrom env:BEARERTOOLS_CANARY -Verbose -Debug) ; Connect-BearerApi -TokenFrom env:BEARERTOOLS_CANARY -PassThru ; Invoke-BearerRequest "$echo/api" -Method Post -Body @{ a = 1 } }
    Attempt { Show (Get-BearerToken -TokenEndpoint "$echo/token" @client -SecretFrom "file:$($files.clientSecret)") ; Connect-BearerApi -TokenEndpoint "$echo/token" @client -SecretFrom "file:$($files.clientSecret)" }
    Attempt { Invoke-BearerRequest "$echo/api" -Query @{ api_key = [IO.File]::ReadAllText($files.query) } -Verbose -Debug }
    foreach ($scope in 'jwt', 'opaque') {
        Attempt {
            $token = Get-BearerToken -Authority $sandbox.address -ClientId $sandbox.clientId -SecretFrom "file:$($sandbox.secretFile)" -Scope $scope, refresh -BaseUri "$($sandbox.address)/api/" -Verbose -Debug
            Show $token
            Connect-BearerApi -Token $token -Verbose -Debug
            $token | ConvertFrom-BearerToken | Format-List | Out-String
            Set-Content $files["sandbox-$scope"] ([Net.NetworkCredential]::new('', $token.Token).Password) -NoNewline
            try { Invoke-BearerRequest odd/echo-token -Verbose -Debug } catch { }
            try { Invoke-BearerRequest reject -Verbose -Debug } catch { }
            try { Invoke-BearerRequest items/1 -Headers @{ Authorization = 'Bearer x' } -Verbose -Debug } catch { }
            1..3 | Invoke-BearerRequest -Uri { "items/$_" } -Token $token -Verbose -Debug
            $token | Update-BearerToken -Verbose -Debug
            Trace-Command ParameterBinding, ParameterBinderBase { Invoke-BearerRequest items/1 -Token $token } -PSHost
        }
    }
    Attempt { Show (Get-BearerTrace) ; Show (Get-BearerTokenCache) ; Get-BearerTokenCache | Remove-BearerToken -Verbose -WhatIf ; Get-BearerToken -Verbose }

    "arguments: $(Get-Process | Where-Object { $_.Id -eq $PID -or $_.Parent.Id -eq $PID } | ForEach-Object CommandLine)"
    Get-Variable Error, StackTrace -ValueOnly | Out-String

    # The leaks that have to be found, or the search is worth nothing.
    $planted = [IO.File]::ReadAllText($files.planted)
    Write-Output "planted raw: $planted" | Out-String -Width 60
    Write-Verbose "planted percent: $([uri]::EscapeDataString($planted))"
    Write-Debug "planted form: $([Net.WebUtility]::UrlEncode($planted))"
    Write-Warning "planted json: $(ConvertTo-Json $planted)"
    foreach ($before in '', 'a', 'ab') {
        $base64 = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("$before$planted behind"))
        Write-Information "planted base64 $($before.Length): $base64"
        Write-Error "planted base64url $($before.Length): $($base64.Replace('+', '-').Replace('/', '_'))" -ErrorAction Continue
    }
    "failed as expected: $script:failed"
    Stop-Transcript
}
# To the console, which the transcript has too, and to a file.
& $session *>&1 | Tee-Object (Join-Path $Out 'streams.txt') | Out-Default
