BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $jwt = New-Jwt @{
        iss = 'https://id.example.com'; sub = 'ada'; aud = 'one', 'two'; scp = 'read write'; iat = 1700000000; nbf = 1700000001; exp = 1700003600.5
        realm_access = @{ roles = 'ops', 'dev' }; admin = $true; level = 7; share = 0.25; nothing = $null; name = 'Grüße'
    }
}

Describe 'ConvertFrom-BearerToken' {
    It 'shows header and claims, with times as times' {
        $decoded = $jwt | ConvertFrom-BearerToken

        $decoded.Header.alg | Should -Be 'ES256'
        $decoded.Claims.iss | Should -BeExactly 'https://id.example.com'
        $decoded.Claims.iat | Should -BeOfType ([DateTimeOffset])
        $decoded.IssuedOn | Should -Be ([DateTimeOffset]::FromUnixTimeSeconds(1700000000))
        $decoded.NotBefore | Should -Be ([DateTimeOffset]::FromUnixTimeSeconds(1700000001))
        $decoded.ExpiresOn | Should -Be ([DateTimeOffset]::FromUnixTimeMilliseconds(1700003600500))
        $decoded.PSObject.TypeNames[0] | Should -Be 'BearerTools.DecodedToken'
    }

    It 'keeps the shape of claims' {
        $claims = (ConvertFrom-BearerToken $jwt).Claims

        $claims.aud | Should -Be 'one', 'two'
        $claims.realm_access.roles | Should -Be 'ops', 'dev'
        $claims.admin | Should -BeTrue
        $claims.level | Should -BeOfType ([long])
        $claims.share | Should -Be 0.25
        $claims.PSObject.Properties.Name | Should -Contain 'nothing'
        $claims.nothing | Should -BeNullOrEmpty
        $claims.name | Should -BeExactly 'Grüße'
    }

    It 'accepts a string, a string that begins with Bearer, a SecureString and a token' {
        $secure = ConvertTo-SecureString $jwt -AsPlainText -Force
        $all = $jwt, "Bearer $jwt", $secure, ([BearerTools.AccessToken]::new($secure)) | ConvertFrom-BearerToken

        $all.Claims.sub | Should -Be (, 'ada' * 4)
        @($all.Fingerprint | Select-Object -Unique).Count | Should -Be 1
    }

    It 'reads a JWT that has expired' {
        (New-Jwt @{ exp = 1 } | ConvertFrom-BearerToken).ExpiresOn.Year | Should -Be 1970
    }

    It 'has no times where the JWT has none' {
        $decoded = New-Jwt @{ sub = 'x' } | ConvertFrom-BearerToken
        $decoded.ExpiresOn, $decoded.IssuedOn, $decoded.NotBefore | Should -Be $null, $null, $null
    }

    It 'shows claims and times at a console' {
        $shown = $jwt | ConvertFrom-BearerToken | Out-String
        $shown | Should -BeLike '*Claims*iss*ExpiresOn*'
    }

    It 'writes an error when <Name>, and processes the next input' -ForEach @(
        @{ Name = 'it is opaque'; Text = 'f00dcafe' }
        @{ Name = 'its parts are not base64'; Text = 'a$.b$.c' }
        @{ Name = 'its parts are not JSON'; Text = 'aaaa.bbbb.cccc' }
        @{ Name = 'it is encrypted (five parts)'; Text = 'a.b.c.d.e' }
    ) {
        $decoded = $Text, $jwt | ConvertFrom-BearerToken -ErrorVariable failure -ErrorAction SilentlyContinue

        $decoded.Claims.sub | Should -Be 'ada'
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -Be 'NotAJwt,BearerTools.Cmdlets.ConvertFromBearerTokenCommand'
        $failure[0].CategoryInfo.Category | Should -Be InvalidData
        $failure[0].ErrorDetails.Message | Should -BeLike '*not a JWT*only its authority can read*'
        "$($failure[0].ErrorDetails) $($failure[0].TargetObject)" | Should -Not -BeLike "*$Text*" -Because 'it may be a secret'
    }

    It 'loses no claim whose name is <Name>' -ForEach @(
        @{ Name = 'psobject' }, @{ Name = 'pstypenames' }, @{ Name = 'PSBase' }, @{ Name = 'psadapted' }, @{ Name = 'SUB' }
    ) {
        $parts = '{"alg":"ES256"}', "{`"sub`":`"ada`",`"$Name`":`"other`"}" | ForEach-Object { [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($_)) }
        $decoded = "$($parts -join '.').eA", $jwt | ConvertFrom-BearerToken -ErrorAction Stop

        $decoded[0].Claims['sub'] | Should -BeExactly 'ada'
        $decoded[0].Claims[$Name] | Should -BeExactly 'other'
        $decoded[1].Claims.sub | Should -Be 'ada'
    }

    It 'does not verify the signature and makes no statement about it' {
        (ConvertFrom-BearerToken $jwt).PSObject.Properties.Name | Should -Not -Contain 'Signature'
    }
}
