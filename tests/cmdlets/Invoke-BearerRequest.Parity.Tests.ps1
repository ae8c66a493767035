# docs/Invoke-RestMethod.md is true: of the Invoke-RestMethod of this engine, and of Invoke-BearerRequest.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    $common = [System.Management.Automation.PSCmdlet]::CommonParameters
    $theirs = (Get-Command Invoke-RestMethod).Parameters
    $names = $theirs.Keys | Where-Object { $_ -notin $common }
    $rows = foreach ($line in Get-Content "$PSScriptRoot/../../docs/Invoke-RestMethod.md" | Where-Object { $_.StartsWith('| `-') }) {
        $name, $here, $why = $line.Trim('|', ' ') -split '\s*\|\s*'
        @{ Name = $name.Trim('`', '-'); Here = $here; Why = $why }
    }
    $kept = $rows | Where-Object { $_.Here -ne 'left out' -and $theirs.ContainsKey($_.Name) }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    $theirs = (Get-Command Invoke-RestMethod).Parameters
    $mine = (Get-Command Invoke-BearerRequest).Parameters
    $rows = (Get-Content "$PSScriptRoot/../../docs/Invoke-RestMethod.md" | Where-Object { $_.StartsWith('| `-') }) -replace '^\| `-(\w+).*', '$1'
    # What a parameter takes besides is another type: a PSObject or an object may be a script block, an AccessToken is bound from a SecureString.
    $otherTypes = @{ Form = 'Object'; Headers = 'Object'; InFile = 'Object'; OutFile = 'Object'; Token = 'AccessToken'; WebSession = 'PSObject' }
}

Describe 'The table of parameters' {
    It 'has one row for -<_> of Invoke-RestMethod' -ForEach $names {
        @($rows -eq $_).Count | Should -Be 1
    }

    It 'is in the order of the names, and says of each what becomes of it' -ForEach @{ All = $rows } {
        $All.Name | Should -Be @($All.Name | Sort-Object)
        $All.Here | Should -BeIn 'same', 'better', 'left out'
        $All | Where-Object { $_.Here -ne 'same' -and -not $_.Why } | Should -BeNullOrEmpty
    }

    It 'is right that -<Name> is <Here>' -ForEach $kept {
        $parameter = $mine[$Name]
        $parameter | Should -Not -BeNullOrEmpty
        @($parameter.Aliases | Sort-Object) | Should -Be @($theirs[$Name].Aliases | Sort-Object)
        $parameter.ParameterType.Name | Should -Be ($otherTypes[$Name] ?? $theirs[$Name].ParameterType.Name)
    }

    It 'is right that -<Name> is left out' -ForEach ($rows | Where-Object Here -EQ 'left out') {
        $mine.Keys | Should -Not -Contain $Name
    }

    It 'is right about the names that <_> has' -ForEach 'WebRequestMethod', 'WebSslProtocol' {
        [Enum]::GetNames("BearerTools.$_" -as [type]) | Should -Be ([Enum]::GetNames("Microsoft.PowerShell.Commands.$_" -as [type]))
    }
}
