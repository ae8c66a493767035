using BearerTools.Storage;
using BearerTools.Storage.Keys;
using Tmds.DBus.Protocol;

namespace BearerTools.Keyring;

/// <summary>
/// The key in the key ring of the Linux desktop, through the freedesktop Secret Service (GNOME Keyring, KWallet, KeePassXC). It never asks
/// the user to unlock the key ring.
/// </summary>
internal sealed class SecretServiceKey : IKeyProvider
{
    private const string AddressVariable = "DBUS_SESSION_BUS_ADDRESS";
    private const string RuntimeVariable = "XDG_RUNTIME_DIR";
    private const string Label = "BearerTools: key of the token store";
    private const string Choices =
        "or choose a store that needs no key ring: File (a key file that only you can read) or Pass (the program pass).";

    /// <summary>Maximum time for all calls. A service that asks the user, or hangs, would take longer.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(1.5);

    private static readonly Dictionary<string, string> s_attributes = new(StringComparer.Ordinal)
    {
        ["application"] = "BearerTools",
        ["purpose"] = "token-store-key",
    };

    private readonly Func<string?> _address;

    /// <summary>Uses the bus of this session.</summary>
    public SecretServiceKey() : this(SessionBus)
    {
    }

    /// <param name="address">Returns the address of the bus, or <see langword="null"/> if there is none.</param>
    public SecretServiceKey(Func<string?> address) => _address = address;

    public string Keeper => $"the key ring entry '{Label}'";

    public Task<byte[]?> ReadAsync(CancellationToken cancel) => CallAsync(async service =>
    {
        var (unlocked, locked) = await service.SearchAsync(s_attributes).ConfigureAwait(false);
        if (unlocked.Length == 0 && locked.Length > 0) unlocked = await UnlockAsync(service, locked).ConfigureAwait(false);
        if (unlocked.Length == 0) return null;
        var session = await service.OpenSessionAsync().ConfigureAwait(false);
        return await service.ReadSecretAsync(unlocked[0], session).ConfigureAwait(false);
    }, cancel);

    public Task WriteAsync(ReadOnlyMemory<byte> key, CancellationToken cancel) => CallAsync<object?>(async service =>
    {
        var collection = await service.DefaultCollectionAsync().ConfigureAwait(false);
        if (collection == SecretService.NoPath)
        {
            throw StoreErrors.KeyUnavailable("StoreKeyringEmpty", "The key ring service has no default collection to keep the key in.",
                $"Create one, such as 'Login' with Seahorse or KWallet Manager, {Choices}");
        }

        await UnlockAsync(service, [collection]).ConfigureAwait(false);
        var session = await service.OpenSessionAsync().ConfigureAwait(false);
        var (item, _) = await service.CreateItemAsync(collection, session, Label, s_attributes, key.ToArray()).ConfigureAwait(false);
        return item == SecretService.NoPath ? throw Locked(null) : null;
    }, cancel);

    /// <summary>Unlocks objects if that is possible without the user.</summary>
    private static async Task<string[]> UnlockAsync(SecretService service, string[] paths)
    {
        var (unlocked, prompt) = await service.UnlockAsync(paths).ConfigureAwait(false);
        return prompt == SecretService.NoPath && unlocked.Length > 0 ? unlocked : throw Locked(null);
    }

    private async Task<T> CallAsync<T>(Func<SecretService, Task<T>> call, CancellationToken cancel)
    {
        var address = _address() ?? throw NoBus($"{AddressVariable} is not set, and {RuntimeVariable} has no bus", null);
        using var service = new SecretService(address);
        // On another thread, so that the time to load the library counts too.
        var work = Task.Run(() => RunAsync(service, call), CancellationToken.None);
        try
        {
            return await work.WaitAsync(s_timeout, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            Observe(work);
            throw StoreErrors.KeyUnavailable(
                "StoreKeyringTimeout", $"The key ring service did not respond within {TimeText.Seconds(s_timeout)}.",
                $"Check that it is running and unlocked, {Choices}", e);
        }
        catch (OperationCanceledException)
        {
            Observe(work);
            throw;
        }
    }

    private static async Task<T> RunAsync<T>(SecretService service, Func<SecretService, Task<T>> call)
    {
        try
        {
            await service.ConnectAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw NoBus(e.Message.TrimEnd('.'), e);
        }

        try
        {
            return await call(service).ConfigureAwait(false);
        }
        catch (DBusErrorReplyException e) when (e.ErrorName == "org.freedesktop.Secret.Error.IsLocked")
        {
            throw Locked(e);
        }
        catch (DBusErrorReplyException e) when (IsMissing(e.ErrorName))
        {
            throw StoreErrors.KeyUnavailable(
                "StoreKeyringMissing", "No key ring service runs in this session (org.freedesktop.secrets is not on the bus).",
                $"Install and start one, such as gnome-keyring, {Choices}", e);
        }
        catch (DBusExceptionBase e)
        {
            throw StoreErrors.KeyUnavailable(
                "StoreKeyringFailed", $"The key ring service failed: {e.Message}", $"Check that it is running, {Choices}", e);
        }
    }

    private static bool IsMissing(string error) =>
        error is "org.freedesktop.DBus.Error.ServiceUnknown" or "org.freedesktop.DBus.Error.NameHasNoOwner"
        || error.StartsWith("org.freedesktop.DBus.Error.Spawn.", StringComparison.Ordinal);

    /// <summary>
    /// The session bus; <see langword="null"/> if there is none. The library's own search would also start a program for X11.
    /// </summary>
    private static string? SessionBus()
    {
        if (Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } address) return address;
        if (Environment.GetEnvironmentVariable(RuntimeVariable) is not { Length: > 0 } folder) return null;
        var socket = Path.Combine(folder, "bus");
        return File.Exists(socket) ? $"unix:path={socket}" : null;
    }

    private static void Observe(Task work) => _ = work.ContinueWith(
        static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private static BearerTokenException NoBus(string reason, Exception? cause) => StoreErrors.KeyUnavailable(
        "StoreKeyringNoBus", $"There is no session bus to reach a key ring: {reason}.",
        $"Start one (dbus-run-session), {Choices}", cause);

    private static BearerTokenException Locked(Exception? cause) => StoreErrors.KeyUnavailable(
        "StoreKeyringLocked", "The key ring is locked.", $"Unlock it, such as by signing in to the desktop, {Choices}", cause);
}
