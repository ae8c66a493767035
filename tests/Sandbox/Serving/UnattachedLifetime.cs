namespace BearerTools.Sandbox.Serving;

/// <summary>Leaves Ctrl+C and signals to the process that the sandbox runs in, which may be a test host.</summary>
internal sealed class UnattachedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
