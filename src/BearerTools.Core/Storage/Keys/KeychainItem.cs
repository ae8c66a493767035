using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace BearerTools.Storage.Keys;

/// <summary>
/// The key as a generic password in the user's default keychain of macOS (SecKeychainAddGenericPassword and
/// SecKeychainFindGenericPassword of the Security framework). Written against Apple's documentation; the tests do not run there.
/// </summary>
[SupportedOSPlatform("macos")]
internal sealed class KeychainItem : IKeyProvider
{
    private const string Framework = "/System/Library/Frameworks/Security.framework/Security";
    private const int ItemNotFound = -25300; // errSecItemNotFound
    private const int InteractionNotAllowed = -25308; // errSecInteractionNotAllowed
    private const int NoDefaultKeychain = -25307; // errSecNoDefaultKeychain
    private const int NotAvailable = -25291; // errSecNotAvailable

    private static readonly byte[] s_service = Encoding.UTF8.GetBytes("BearerTools");
    private static readonly byte[] s_account = Encoding.UTF8.GetBytes("store-key");

    public string Keeper => "the item BearerTools of the keychain";

    /// <remarks>On its own thread: the keychain may ask the user whether this program may read the item.</remarks>
    public Task<byte[]?> ReadAsync(CancellationToken cancel) =>
        Task.Factory.StartNew(Read, cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(cancel);

    public Task WriteAsync(ReadOnlyMemory<byte> key, CancellationToken cancel)
    {
        var copy = key.ToArray();
        return Task.Factory.StartNew(() => Write(copy), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(cancel);
    }

    private static byte[]? Read()
    {
        var status = Find(0, (uint)s_service.Length, s_service, (uint)s_account.Length, s_account, out var length, out var data, 0);
        if (status == ItemNotFound) return null;
        if (status != 0) throw Failed(status);
        try
        {
            var key = new byte[length];
            Marshal.Copy(data, key, 0, key.Length);
            return key;
        }
        finally
        {
            _ = Free(0, data);
        }
    }

    private static void Write(byte[] key)
    {
        var status = Add(0, (uint)s_service.Length, s_service, (uint)s_account.Length, s_account, (uint)key.Length, key, 0);
        if (status != 0) throw Failed(status);
    }

    private static BearerTokenException Failed(int status) => status switch
    {
        InteractionNotAllowed => StoreErrors.KeyUnavailable(
            "StoreKeyringLocked", "The keychain is locked, and this session cannot ask for its password.",
            "Unlock it with: security unlock-keychain. Or choose another store."),
        NoDefaultKeychain or NotAvailable => StoreErrors.KeyUnavailable(
            "StoreKeyringMissing", "This session has no keychain.", "Sign in to macOS with a user account, or choose another store."),
        _ => StoreErrors.KeyUnavailable(
            "StoreKeyringFailed", $"The keychain returned the error {status}.",
            $"Look it up with: security error {status}. Or choose another store."),
    };

    [DllImport(Framework, EntryPoint = "SecKeychainFindGenericPassword")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Find(
        nint keychain, uint serviceLength, byte[] service, uint accountLength, byte[] account, out uint length, out nint data, nint item);

    [DllImport(Framework, EntryPoint = "SecKeychainAddGenericPassword")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Add(
        nint keychain, uint serviceLength, byte[] service, uint accountLength, byte[] account, uint length, byte[] data, nint item);

    [DllImport(Framework, EntryPoint = "SecKeychainItemFreeContent")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Free(nint attributes, nint data);
}
