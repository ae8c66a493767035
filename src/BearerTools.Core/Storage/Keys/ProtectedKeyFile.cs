using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using BearerTools.Storage.Files;

namespace BearerTools.Storage.Keys;

/// <summary>
/// The key in a file that Windows encrypts for the user (DPAPI: CryptProtectData of crypt32.dll). Written against the documentation of
/// Windows; the tests do not run there.
/// </summary>
/// <param name="path">Absolute path.</param>
[SupportedOSPlatform("windows")]
internal sealed class ProtectedKeyFile(string path) : IKeyProvider
{
    private const int Longest = 4096;
    private const int NeverPrompt = 1; // CRYPTPROTECT_UI_FORBIDDEN

    public string Keeper => $"the key file {path}, which Windows protects";

    public Task<byte[]?> ReadAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult(DurableFile.TryRead(path, Longest) is { } content ? Convert(content, isProtecting: false) : null);
        }
        catch (Win32Exception e)
        {
            throw StoreErrors.KeyUnusable(Keeper, $"cannot be decrypted: {e.Message.TrimEnd('.')}",
                "It belongs to another user or machine: delete it, and sign in again.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NotRead(path, e);
        }
    }

    public Task WriteAsync(ReadOnlyMemory<byte> key, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            DurableFile.Write(path, Convert(key.ToArray(), isProtecting: true));
            return Task.CompletedTask;
        }
        catch (Win32Exception e)
        {
            throw StoreErrors.KeyUnavailable("StoreKeyNotProtected", $"Windows cannot protect the key: {e.Message}",
                "Sign in to Windows with a user profile, or choose another store.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NotWritten(path, e);
        }
    }

    private static byte[] Convert(byte[] content, bool isProtecting)
    {
        var pinned = GCHandle.Alloc(content, GCHandleType.Pinned);
        try
        {
            var input = new Blob { Length = content.Length, Data = pinned.AddrOfPinnedObject() };
            var output = default(Blob);
            var isDone = isProtecting
                ? Protect(ref input, null, 0, 0, 0, NeverPrompt, ref output)
                : Unprotect(ref input, 0, 0, 0, 0, NeverPrompt, ref output);
            if (!isDone) throw new Win32Exception(Marshal.GetLastPInvokeError());
            var result = new byte[output.Length];
            Marshal.Copy(output.Data, result, 0, result.Length);
            Marshal.Copy(new byte[result.Length], 0, output.Data, result.Length);
            LocalFree(output.Data);
            return result;
        }
        finally
        {
            pinned.Free();
        }
    }

    [DllImport("crypt32.dll", EntryPoint = "CryptProtectData", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool Protect(
        ref Blob input, [MarshalAs(UnmanagedType.LPWStr)] string? description, nint entropy, nint reserved, nint prompt, int flags,
        ref Blob output);

    [DllImport("crypt32.dll", EntryPoint = "CryptUnprotectData", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool Unprotect(
        ref Blob input, nint description, nint entropy, nint reserved, nint prompt, int flags, ref Blob output);

    [DllImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint LocalFree(nint memory);

    /// <summary>DATA_BLOB.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Blob
    {
        public int Length;
        public nint Data;
    }
}
