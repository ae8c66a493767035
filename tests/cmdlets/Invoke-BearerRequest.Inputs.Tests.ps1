# Objects of the caller that throw when they are read: an error of their input, whatever they are and wherever they are given.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $null = Connect-Sandbox $sandbox
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'

    if (-not ('ThrowingObjects.Text' -as [type])) {
        Add-Type @'
using System;
using System.Collections;
namespace ThrowingObjects
{
    public class List : IEnumerable { public IEnumerator GetEnumerator() { yield return 1; throw new InvalidOperationException("broken list"); } }
    public class Text { public override string ToString() { throw new InvalidOperationException("broken text"); } }
    public class Property { public int Id => 1; public string P { get { throw new InvalidOperationException("broken property"); } } }
    public class Dictionary : Hashtable, IDictionary { IDictionaryEnumerator IDictionary.GetEnumerator() { throw new InvalidOperationException("broken dictionary"); } }
}
'@
    }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'An object that throws' {
    It 'is an error of its input, and the others are sent: <Name>' -ForEach @(
        @{ Name = 'a list in -Body'; With = @{ Uri = 'echo'; Method = 'Post'; Body = { $_ -eq 2 ? @{ x = [ThrowingObjects.List]::new() } : @{ n = $_ } } }; Says = 'at $.x, the value cannot be read: *Correct the object*' }
        @{ Name = 'a property in -Body'; With = @{ Uri = 'echo'; Method = 'Put'; Body = { $_ -eq 2 ? @{ x = @([ThrowingObjects.Property]::new()) } : @{ n = $_ } } }; Says = 'at $.x`[0`].P, the value cannot be read: broken property.*Select-Object*' }
        @{ Name = 'a script property in -Body'; With = @{ Uri = 'echo'; Method = 'Put'
                Body = { if ($_ -eq 2) { [pscustomobject]@{ n = 1 } | Add-Member ScriptProperty P { throw 'broken property' } -PassThru } else { @{ n = $_ } } } }; Says = 'at $.P, the value cannot be read: broken property.*Select-Object*' }
        @{ Name = 'a script property of a hashtable in -Body'; With = @{ Uri = 'echo'; Method = 'Put'
                Body = { if ($_ -eq 2) { @{ n = 1 } | Add-Member ScriptProperty P { throw 'broken property' } -PassThru } else { @{ n = $_ } } } }; Says = 'at $.P, the value cannot be read: broken property.*Select-Object*' }
        @{ Name = 'a dictionary as -Body'; With = @{ Uri = 'echo'; Method = 'Post'; Body = { if ($_ -eq 2) { [ThrowingObjects.Dictionary]::new() } else { @{ n = $_ } } } }; Says = 'at $, the value cannot be read: *Correct the object*' }
        @{ Name = 'a property in a form body'; With = @{ Uri = 'echo'; Method = 'Post'; ContentType = 'application/x-www-form-urlencoded'
                Body = { if ($_ -eq 2) { [pscustomobject]@{} | Add-Member ScriptProperty a { throw 'broken property' } -PassThru } else { @{ n = $_ } } } }; Part = 'Body' }
        @{ Name = 'a text in a form body'; With = @{ Uri = 'echo'; Method = 'Post'; ContentType = 'application/x-www-form-urlencoded'; Body = { @{ n = $_ -eq 2 ? [ThrowingObjects.Text]::new() : $_ } } }; Part = 'Body' }
        @{ Name = 'a dictionary as -Query'; With = @{ Uri = 'echo'; Query = { $_ -eq 2 ? [ThrowingObjects.Dictionary]::new() : @{ n = $_ } } }; Part = 'Query' }
        @{ Name = 'a list in -Query'; With = @{ Uri = 'echo'; Query = { @{ n = $_ -eq 2 ? [ThrowingObjects.List]::new() : $_ } } }; Part = 'Query' }
        @{ Name = 'a text in -Query'; With = @{ Uri = 'echo'; Query = { @{ n = $_ -eq 2 ? [ThrowingObjects.Text]::new() : $_ } } }; Part = 'Query' }
        @{ Name = 'a text in -Headers'; With = @{ Uri = 'echo'; Headers = { @{ 'X-N' = $_ -eq 2 ? [ThrowingObjects.Text]::new() : $_ } } }; Part = 'Headers' }
        @{ Name = 'a list in -Form'; With = @{ Uri = 'form'; Method = 'Post'; Form = { @{ n = $_ -eq 2 ? [ThrowingObjects.List]::new() : $_ } } }; Part = 'Form' }
        @{ Name = 'a text in -Form'; With = @{ Uri = 'form'; Method = 'Post'; Form = { @{ n = $_ -eq 2 ? [ThrowingObjects.Text]::new() : $_ } } }; Part = 'Form' }
        @{ Name = 'a text as -IdempotencyKey'; With = @{ Uri = 'echo'; Method = 'Post'; Body = 1; IdempotencyKey = { $_ -eq 2 ? [ThrowingObjects.Text]::new() : "key $_" } }; Part = 'IdempotencyKey' }
    ) {
        $rows = 1..3 | Invoke-BearerRequest @With -ErrorVariable failures -ErrorAction SilentlyContinue

        @($rows).Count | Should -Be 2
        # The engine itself records the error of a script property.
        $failure = @($failures | Where-Object FullyQualifiedErrorId -Like 'InputUnreadable*')
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -Be "InputUnreadable,$command"
        $failure[0].CategoryInfo.Category | Should -Be InvalidArgument
        $failure[0].TargetObject | Should -Be 2
        $failure[0].ErrorDetails.Message | Should -BeLike ($Says ? "The body cannot be written as JSON: $Says" : "The value of -$Part cannot be read: *Correct the object*")
    }

    It 'is an error of its input when it is piped as the body, and nothing is sent for it' {
        Reset-SandboxStats $sandbox
        $rows = [pscustomobject]@{ n = 1 }, [ThrowingObjects.Property]::new() |
            Invoke-BearerRequest echo -Method Put -Body { $_ } -ErrorVariable failures -ErrorAction SilentlyContinue

        @($rows).Count | Should -Be 1
        $failures[0].FullyQualifiedErrorId | Should -Be "InputUnreadable,$command"
        (Get-SandboxStats $sandbox).requests | Should -Be 1
    }

    It 'is sent without the property that throws, if that is not selected' {
        ([ThrowingObjects.Property]::new() | Select-Object Id | Invoke-BearerRequest echo -Method Put -Body { $_ }).body | Should -Be '{"Id":1}'
    }

    It 'is an error of its input as -<Name>' -ForEach @(
        @{ Name = 'Uri'; With = @{ Uri = { $_ -eq 2 ? [ThrowingObjects.Text]::new() : 'echo' } } }
        @{ Name = 'InFile'; With = @{ Uri = 'echo'; Method = 'Put'; InFile = { $_ -eq 2 ? [ThrowingObjects.Text]::new() : $sandbox.SecretFile } } }
        @{ Name = 'OutFile'; With = @{ Uri = 'echo'; PassThru = $true; OutFile = { $_ -eq 2 ? [ThrowingObjects.Text]::new() : "TestDrive:/$_.json" } } }
    ) {
        $rows = 1..3 | Invoke-BearerRequest @With -ErrorVariable failures -ErrorAction SilentlyContinue
        @($rows).Count | Should -Be 2
        $failures.Count | Should -Be 1
        $failures[0].TargetObject | Should -Be 2
    }

    It 'ends the command when it is given for all inputs, with a typed error' {
        (Get-TerminatingError { Invoke-BearerRequest echo -Headers ([ThrowingObjects.Dictionary]::new()) -SessionVariable session }).FullyQualifiedErrorId |
            Should -Be "InputUnreadable,$command"
        (Get-TerminatingError { Invoke-BearerRequest echo -Query ([ThrowingObjects.Dictionary]::new()) }).FullyQualifiedErrorId | Should -Be "InputUnreadable,$command"
    }
}

Describe 'A variable that does not take the status' {
    It 'ends the command with a typed error' {
        [ValidateRange(1, 2)][int] $small = 1
        $failure = Get-TerminatingError { 1..2 | Invoke-BearerRequest -Uri echo -StatusCodeVariable small }
        $failure.FullyQualifiedErrorId | Should -Be "ParameterConflict,$command"
        $failure.ErrorDetails.Message | Should -BeLike "-StatusCodeVariable names the variable 'small', which does not take the value.*"
    }
}

Describe 'The encoding of a body' {
    It 'that does not exist is an error of its input: <Name>' -ForEach @(
        @{ Name = 'of an XML document'; With = @{ Body = { if ($_ -eq 2) { [xml]'<?xml version="1.0" encoding="bogus"?><a/>' } else { @{ n = $_ } } } }; Sent = 2 }
        @{ Name = 'of the XML declaration of a text'; With = @{ Body = { "<?xml version='1.0' encoding='bogus'?><a/>" }; ContentType = 'application/xml' }; Sent = 0 }
        @{ Name = 'of a content type'; With = @{ Body = { 'x' }; ContentType = 'text/plain; charset=bogus' }; Sent = 0 }
    ) {
        $rows = @(1..3 | Invoke-BearerRequest -Uri echo -Method Post @With -ErrorVariable failures -ErrorAction SilentlyContinue)
        $rows.Count | Should -Be $Sent
        $failures.FullyQualifiedErrorId | Select-Object -Unique | Should -Be "InvalidEncoding,$command"
        $failures[0].ErrorDetails.Message | Should -BeLike "*'bogus', which is not supported*utf-8*"
    }

    It 'is that of the XML declaration, if the content type names none: <Type>, <Encoding>' -ForEach @(
        @{ Type = 'application/xml'; Encoding = 'iso-8859-1'; Bytes = , 0xe9; Lacking = '&#x20AC;' }
        @{ Type = 'text/xml'; Encoding = 'windows-1252'; Bytes = 0xe9, 0x80; Lacking = '' }
        @{ Type = 'application/soap+xml'; Encoding = 'UTF-8'; Bytes = 0xc3, 0xa9, 0xe2, 0x82, 0xac; Lacking = '' }
        @{ Type = 'application/xml; charset=utf-8'; Encoding = 'iso-8859-1'; Bytes = 0xc3, 0xa9, 0xe2, 0x82, 0xac; Lacking = '' }
        @{ Type = 'text/plain'; Encoding = 'iso-8859-1'; Bytes = 0xc3, 0xa9, 0xe2, 0x82, 0xac; Lacking = '' }
    ) {
        $declaration = "<?xml version=`"1.0`" encoding=`"$Encoding`"?>"
        $sent = [Convert]::FromBase64String((Invoke-BearerRequest echo -Method Post -Body "$declaration<a>é€</a>" -ContentType $Type).bodyBase64)
        $sent | Should -Be ([Text.Encoding]::ASCII.GetBytes("$declaration<a>") + $Bytes + [Text.Encoding]::ASCII.GetBytes("$Lacking</a>"))
    }

    It 'is UTF-16 with a byte order mark, if the XML declaration says so' {
        $body = '<?xml version="1.0" encoding="utf-16"?><a>é</a>'
        $sent = [Convert]::FromBase64String((Invoke-BearerRequest echo -Method Post -Body $body -ContentType application/xml).bodyBase64)
        $sent | Should -Be ([Text.Encoding]::Unicode.GetPreamble() + [Text.Encoding]::Unicode.GetBytes($body))
    }

    It 'is known by its usual names: <Charset>' -ForEach @(
        @{ Charset = 'utf8'; Bytes = 0xc3, 0xa9 }
        @{ Charset = 'UTF8'; Bytes = 0xc3, 0xa9 }
        @{ Charset = 'latin1'; Bytes = , 0xe9 }
        @{ Charset = 'iso8859-1'; Bytes = , 0xe9 }
        @{ Charset = 'utf16le'; Bytes = 0xe9, 0 }
    ) {
        [Convert]::FromBase64String((Invoke-BearerRequest echo -Method Post -Body 'é' -ContentType "text/plain; charset=$Charset").bodyBase64) | Should -Be $Bytes
    }
}

Describe 'A file as input' {
    It 'that would be sent as an object is refused with the way to send its content: <Name>' -ForEach @(
        @{ Name = 'piped'; Script = { Get-Item $sandbox.SecretFile | Invoke-BearerRequest echo -Method Post } }
        @{ Name = 'made by -Body'; Script = { $sandbox.SecretFile | Invoke-BearerRequest -Uri echo -Method Post -Body { Get-Item $_ } } }
        @{ Name = 'typed'; Script = { Invoke-BearerRequest echo -Method Put -Body (Get-Item $sandbox.SecretFile) } }
    ) {
        Reset-SandboxStats $sandbox
        $failure = Get-TerminatingError $Script
        $failure.FullyQualifiedErrorId | Should -Be "BodyIsFile,$command"
        $failure.ErrorDetails.Message | Should -BeLike '*FileInfo*-InFile { $_ }*'
        (Get-SandboxStats $sandbox).requests | Should -Be 0
    }

    It 'in a field of JSON is an error that names the field and says what can be sent' {
        $failure = Get-TerminatingError { Invoke-BearerRequest echo -Method Post -Body @{ f = (Get-Item $sandbox.SecretFile) } }
        $failure.FullyQualifiedErrorId | Should -Be "BodyNotJson,$command"
        $failure.ErrorDetails.Message | Should -BeLike '*$.f, the value is a FileInfo*FullName*-InFile*'
    }

    It 'is sent by -InFile { $_ }' {
        (Get-Item $sandbox.SecretFile | Invoke-BearerRequest sink -Method Put -InFile { $_ }).bytes | Should -Be (Get-Item $sandbox.SecretFile).Length
    }
}

Describe 'A value that is a command without output' {
    It 'is named as such in <Part>' -ForEach @(
        @{ Part = '-Query'; With = { @{ Query = @{ a = & {} } } } }
        @{ Part = '-Headers'; With = { @{ Headers = @{ a = & {} } } } }
        @{ Part = 'a form'; With = { @{ Method = 'Post'; Body = @{ a = & {} }; ContentType = 'application/x-www-form-urlencoded' } } }
    ) {
        $with = & $With
        (Get-TerminatingError { Invoke-BearerRequest echo @with }).ErrorDetails.Message |
            Should -BeLike "'a' has no value: the command that it comes from returned nothing.*"
    }
}

Describe 'A mistake in an address' {
    It 'is thought of first when the token is not for it' {
        (Get-TerminatingError { Invoke-BearerRequest http://localhost:9/x }).ErrorDetails.Message |
            Should -BeLike '*is not sent to http://localhost:9. Check the address: for this API it can be relative*-AllowedOrigin*'
    }

    It 'is not advised with parameters that -Credential does not have' {
        $ann = [pscredential]::new('ann', (ConvertTo-SecureString ([guid]::NewGuid()) -AsPlainText -Force))
        $message = (Get-TerminatingError { 'http://localhost:9/x' | Invoke-BearerRequest -Credential $ann -BaseUri $sandbox.Address -ErrorAction Stop }).ErrorDetails.Message
        $message | Should -BeLike '*Check the address. -Credential is sent only to the origin of the command''s own address*'
        $message | Should -Not -BeLike '*-AllowedOrigin*'
    }

    It 'is a user name, which belongs to -Credential' {
        (Get-TerminatingError { Invoke-BearerRequest http://a:b@127.0.0.1:9/x }).ErrorDetails.Message |
            Should -BeLike '*contains a user name. Remove the user name and the password from it, and pass them with Invoke-BearerRequest -Credential.'
    }
}

Describe 'Piped objects that nothing uses' {
    BeforeAll { $rows = [pscustomobject]@{ id = 1 }, [pscustomobject]@{ id = 2 } }

    It 'are warned of, once: <Name>' -ForEach @(
        @{ Name = 'GET'; With = @{} }
        @{ Name = 'DELETE'; With = @{ Method = 'Delete' } }
    ) {
        $null = $rows | Invoke-BearerRequest items/1 @With -WarningVariable warnings -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        @($warnings).Count | Should -Be 1
        "$warnings" | Should -BeLike 'The piped objects are not used: *-Method Post*-Uri { "/orders/$($_.id)" }.'
    }

    It 'are no reason to warn if they are used, or only repeat the request: <Name>' -ForEach @(
        @{ Name = 'numbers'; Run = { 1..2 | Invoke-BearerRequest items/1 -WarningVariable warnings } }
        @{ Name = 'text'; Run = { 'a', 'b' | Invoke-BearerRequest items/1 -WarningVariable warnings } }
        @{ Name = 'a body'; Run = { $rows | Invoke-BearerRequest echo -Method Post -WarningVariable warnings } }
        @{ Name = 'an address'; Run = { $rows | Invoke-BearerRequest -Uri { "items/$($_.id)" } -WarningVariable warnings } }
        @{ Name = 'a query'; Run = { $rows | Invoke-BearerRequest items/1 -Query { @{ q = $_.id } } -WarningVariable warnings } }
        @{ Name = 'the input of the response'; Run = { $rows | Invoke-BearerRequest items/1 -IncludeResponse -WarningVariable warnings } }
    ) {
        $null = . $Run
        $warnings | Should -BeNullOrEmpty
    }
}
