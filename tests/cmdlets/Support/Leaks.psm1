# Looks for secrets in what was printed, in every spelling.

# A secret with the characters that careless encoding and searching trip over.
function New-Canary { [Guid]::NewGuid().ToString('N') + '+/=&%"' + [Guid]::NewGuid().ToString('N') }

# Without colours, line breaks, indents and the bars of error messages: what a console's width cut in two is whole again.
function Remove-Wrapping([string] $Text) { $Text -replace '\x1b\[[0-9;]*[A-Za-z]' -replace '[\s|]+' }

# The characters of a base64 text that depend on nothing but these bytes, wherever they begin in what was encoded.
function Get-StableBase64([byte[]] $Bytes, [int] $Shift) {
    $text = [Convert]::ToBase64String([byte[]]::new($Shift) + $Bytes).TrimEnd('=')
    $start = $Shift ? $Shift + 1 : 0
    $end = ($Shift + $Bytes.Length) % 3 ? $text.Length - 1 : $text.Length
    $text.Substring($start, $end - $start)
}

function Get-Encoded([string] $Secret) {
    $percent = [uri]::EscapeDataString($Secret)
    $percent
    $percent.Replace('%20', '+')
    [Net.WebUtility]::UrlEncode($Secret)
    [Net.WebUtility]::HtmlEncode($Secret)
    [Text.Encodings.Web.JavaScriptEncoder]::Default.Encode($Secret)
    [Text.Encodings.Web.JavaScriptEncoder]::UnsafeRelaxedJsonEscaping.Encode($Secret)
    $Secret.Replace('\', '\\').Replace('"', '\"').Replace('/', '\/')
}

function Get-Spelling([string] $Secret) {
    $once = @($Secret) + @(Get-Encoded $Secret) | Select-Object -Unique
    $once
    foreach ($text in $once) {
        foreach ($bytes in [Text.Encoding]::UTF8.GetBytes($text), [Text.Encoding]::Unicode.GetBytes($text)) {
            foreach ($shift in 0..2) {
                $base64 = Get-StableBase64 $bytes $shift
                $base64
                $base64.Replace('+', '-').Replace('/', '_')
            }
        }
    }
    $hexadecimal = [Text.Encoding]::UTF8.GetBytes($Secret)
    [Convert]::ToHexString($hexadecimal)
    [BitConverter]::ToString($hexadecimal)
    # A part is a leak too, and shows in every other spelling: what stands before and behind the odd characters, and the
    # parts of a JWT that are its own.
    $Secret -split '[^A-Za-z0-9_-]+' | Where-Object Length -GE 20 | Where-Object { $_ -notlike 'eyJhbGciOi*' }
}

# The names of the secrets that a text holds.
function Find-Leak([string] $Text, [Collections.IDictionary] $Secrets) {
    $unwrapped = Remove-Wrapping $Text
    foreach ($name in $Secrets.Keys) {
        foreach ($spelling in [Collections.Generic.HashSet[string]][string[]]@(Get-Spelling $Secrets[$name])) {
            $at = $unwrapped.IndexOf((Remove-Wrapping $spelling), [StringComparison]::OrdinalIgnoreCase)
            # Not the secret itself: a failed test must not print it.
            if ($at -ge 0) { "$name, after: $($unwrapped.Substring([Math]::Max(0, $at - 60), [Math]::Min(60, $at)))"; break }
        }
    }
}

Export-ModuleMember -Function *-*
