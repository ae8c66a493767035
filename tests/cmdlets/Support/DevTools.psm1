# The network panel of Chromium's developer tools, without a window: what it shows of a HAR file that is dropped into it.

$script:loadAndRead = @'
(async har => {
    const bundle = 'devtools://devtools/bundled/';
    const { NetworkPanel } = await import(bundle + 'panels/network/network.js');
    const { ViewManager } = await import(bundle + 'ui/legacy/legacy.js');
    const { NetworkLog } = await import(bundle + 'models/logs/logs.js');
    // Until the developer tools have started, their parts fail.
    for (let tries = 0; ; tries++) {
        try {
            if (!document.querySelector('.root-view')) throw new Error('The developer tools did not start.');
            await ViewManager.ViewManager.instance().showView('network');
            break;
        } catch (error) {
            if (tries === 400) throw error;
            await new Promise(done => setTimeout(done, 50));
        }
    }
    const view = NetworkPanel.NetworkPanel.instance().networkLogView;
    await view.onLoadFromFile(new File([har], 'trace.har'));
    const rows = [];
    const walk = node => {
        if (node.shadowRoot) walk(node.shadowRoot);
        for (const child of node.children) {
            if (child.tagName === 'TR' && child.classList.contains('data-grid-data-grid-node')) rows.push(child);
            else walk(child);
        }
    };
    for (let tries = 0; tries < 200 && rows.length === 0; tries++) {
        await new Promise(done => setTimeout(done, 50));
        walk(view.element);
    }
    const requests = NetworkLog.NetworkLog.instance().requests();
    const bodies = await Promise.all(requests.map(async request => (await request.requestContentData()).text ?? ''));
    return JSON.stringify({
        rows: rows.map(row => row.textContent),
        requests: requests.map((request, at) => ({
            url: request.url(), method: request.requestMethod, status: request.statusCode, seconds: request.duration, body: bodies[at],
            headers: request.responseHeaders.map(header => `${header.name}: ${header.value}`),
        })),
    });
})
'@

# Returns the rows of the panel as text, and the requests behind them.
function Import-HarToDevTools([Parameter(Mandatory)] [string] $Path, [Parameter(Mandatory)] [string] $UserData) {
    $start = [Diagnostics.ProcessStartInfo]::new('chromium')
    foreach ($argument in '--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--remote-debugging-port=0', '--remote-allow-origins=*', "--user-data-dir=$UserData", 'about:blank') { $start.ArgumentList.Add($argument) }
    $start.RedirectStandardError = $true
    $browser = [Diagnostics.Process]::Start($start)
    $socket = [Net.WebSockets.ClientWebSocket]::new()
    $limit = [Threading.CancellationTokenSource]::new([timespan]::FromMinutes(2))
    try {
        do { $line = $browser.StandardError.ReadLineAsync($limit.Token).AsTask().GetAwaiter().GetResult() } until ($null -eq $line -or $line -match 'ws://\S+')
        if ($null -eq $line) { throw 'Chromium did not start.' }
        $null = $socket.ConnectAsync($Matches[0], $limit.Token).GetAwaiter().GetResult()
        $target = (Send-Command $socket $limit.Token Target.createTarget @{ url = 'devtools://devtools/bundled/devtools_app.html' }).targetId
        $session = (Send-Command $socket $limit.Token Target.attachToTarget @{ targetId = $target; flatten = $true }).sessionId
        $har = ConvertTo-Json (Get-Content $Path -Raw)
        $result = Send-Command $socket $limit.Token Runtime.evaluate @{ expression = "$loadAndRead($har)"; awaitPromise = $true; returnByValue = $true } $session
        if ($result.exceptionDetails) { throw "The developer tools do not accept the file: $($result.exceptionDetails.exception.description)" }
        $result.result.value | ConvertFrom-Json
    }
    finally {
        $socket.Dispose()
        $browser.Kill($true)
        $browser.WaitForExit()
        $browser.Dispose()
        $limit.Dispose()
    }
}

# Sends a command of the Chrome DevTools Protocol, and returns its result. Events in between are not needed.
function Send-Command($Socket, [Threading.CancellationToken] $Cancel, [string] $Method, [hashtable] $Parameters, [string] $Session) {
    $script:number++
    $message = @{ id = $script:number; method = $Method; params = $Parameters }
    if ($Session) { $message.sessionId = $Session }
    $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $message -Depth 9 -Compress))
    $null = $Socket.SendAsync([ArraySegment[byte]]::new($bytes), 'Text', $true, $Cancel).GetAwaiter().GetResult()
    $buffer = [ArraySegment[byte]]::new([byte[]]::new(65536))
    while ($true) {
        $received = [IO.MemoryStream]::new()
        do {
            $part = $Socket.ReceiveAsync($buffer, $Cancel).GetAwaiter().GetResult()
            $received.Write($buffer.Array, 0, $part.Count)
        } until ($part.EndOfMessage)
        $response = [Text.Encoding]::UTF8.GetString($received.ToArray()) | ConvertFrom-Json -Depth 99
        if ($response.id -ne $script:number) { continue }
        if ($response.error) { throw "$Method failed: $($response.error.message)" }
        return $response.result
    }
}

Export-ModuleMember -Function Import-HarToDevTools
