# How responses that are not labelled as JSON are read, side by side with Invoke-RestMethod.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $token = Connect-Sandbox $sandbox
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'

    function Invoke-Theirs([string] $Path) { Invoke-RestMethod "$($sandbox.Api)$Path" -Authentication Bearer -Token $token -AllowUnencryptedAuthentication }

    # Types and contents, as text.
    function Show($Objects) {
        $Objects | ForEach-Object {
            $one = $_
            "$($one.GetType()): $($one -is [Xml.XmlNode] ? $one.OuterXml : $one -is [string] ? $one : (ConvertTo-Json $one -Compress))"
        }
    }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'A response' {
    It 'is read as Invoke-RestMethod reads it: <_>' -ForEach @(
        'xml', 'text-xml', 'plus-xml', 'xml-as-text', 'xml-as-bytes', 'xml-untyped', 'xml-broken', 'xml-doctype', 'xml-bomb', 'xml-outside'
        'rss', 'rss-as-text', 'rss-broken', 'atom', 'html'
        'json-as-text', 'json-as-bytes', 'json-as-script', 'json-untyped', 'no-json-as-text'
        'count', 'fraction', 'truth', 'quoted', 'date-line', 'words'
        'latin1-by-type', 'latin1-by-xml', 'latin1-by-meta', 'unknown-charset'
    ) {
        $theirs = @(Invoke-Theirs "formats/$_" | ForEach-Object { $_ })
        $null = Get-TerminatingError { Invoke-BearerRequest "formats/$_" -OutVariable ours }
        Show @($ours) | Should -BeExactly (Show $theirs)
    }

    It 'is decoded by its byte order mark, where Invoke-RestMethod decodes it wrongly' {
        Invoke-BearerRequest formats/utf16-by-mark | Should -BeExactly 'Café'
        (Invoke-BearerRequest formats/utf8-mark-xml).a | Should -BeExactly 'Café'
    }

    It 'is a document, or a list of items, with -IncludeResponse too' {
        (Invoke-BearerRequest formats/xml -IncludeResponse).Body.order.id | Should -Be 7
        (Invoke-BearerRequest formats/rss -IncludeResponse).Body.title | Should -Be one, two
        @(Invoke-BearerRequest formats/rss -NoEnumerate).Count | Should -Be 1
    }

    It 'is an error where a feed breaks off, after its items: Invoke-RestMethod says nothing' {
        $failure = Get-TerminatingError { Invoke-BearerRequest formats/rss-broken -OutVariable items }
        $items.title | Should -Be one
        $failure[0].FullyQualifiedErrorId | Should -Be "InvalidXml,$command"
        $failure[0].CategoryInfo.Category | Should -Be InvalidData
    }
}

Describe 'A response that decompresses to gigabytes' {
    It 'is an error that names -OutFile: <Encoding>, <Kind>' -ForEach @(
        @{ Encoding = 'gzip'; Kind = 'text'; Id = 'ResponseTooLarge' }
        @{ Encoding = 'br'; Kind = 'bytes'; Id = 'ResponseTooLarge' }
        @{ Encoding = 'deflate'; Kind = 'xml'; Id = 'ResponseTooLarge' }
        @{ Encoding = 'br'; Kind = 'json'; Id = 'JsonRowTooLarge' }
    ) {
        $failure = Get-TerminatingError { Invoke-BearerRequest "bomb/${Encoding}?kind=$Kind" -MaximumObjectBytes 1000000 }
        $failure[0].FullyQualifiedErrorId | Should -Be "$Id,$command"
        $failure[0].ErrorDetails.Message | Should -BeLike '*1000000 bytes*-OutFile*-MaximumObjectBytes*'
    }

    It 'is bounded by default' {
        $failure = Get-TerminatingError { Invoke-BearerRequest bomb/br }
        $failure[0].FullyQualifiedErrorId | Should -Be "ResponseTooLarge,$command"
    }

    It 'goes to a file as long as there is space' {
        $file = Join-Path $TestDrive bomb
        Invoke-BearerRequest 'bomb/gzip?mb=20' -MaximumObjectBytes 1000000 -OutFile $file
        (Get-Item $file).Length | Should -Be 20MB
    }
}
