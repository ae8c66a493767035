using System.Collections.Concurrent;
using System.Net;
using BearerTools.Grants.Login;

namespace BearerTools.Tests.Support;

/// <summary>A browser that goes where it is sent, and remembers what it was shown at the end.</summary>
internal sealed class TestBrowser : IBrowser
{
    private readonly ConcurrentQueue<Uri> _opened = new();
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<Uri> Opened => [.. _opened];

    /// <summary>What else happens when a page is opened, before it goes anywhere.</summary>
    public Func<Uri, Task> Before { get; set; } = _ => Task.CompletedTask;

    public HttpStatusCode LastStatus { get; private set; }

    public string LastPage { get; private set; } = string.Empty;

    public string LastPolicy { get; private set; } = string.Empty;

    /// <summary>Completes when it has been sent somewhere and has arrived.</summary>
    public Task Arrived => _arrived.Task;

    public async Task OpenAsync(Uri address, CancellationToken cancel)
    {
        _opened.Enqueue(address);
        await Before(address);
        await GoAsync(address);
        _arrived.TrySetResult();
    }

    /// <summary>Follows redirects like a user's browser, which does not wait for the caller.</summary>
    public async Task GoAsync(Uri address)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        for (var hop = 0; hop < 10; hop++)
        {
            using var response = await http.GetAsync(address);
            LastStatus = response.StatusCode;
            LastPage = await response.Content.ReadAsStringAsync();
            LastPolicy = response.Headers.TryGetValues("Content-Security-Policy", out var policy) ? policy.Single() : string.Empty;
            if (response.Headers.Location is not { } next) return;
            address = new Uri(address, next);
        }
    }
}
