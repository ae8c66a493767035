using Tmds.DBus.Protocol;

namespace BearerTools.Keyring;

/// <summary>
/// The calls of the freedesktop Secret Service that a key needs. Secrets go over the session bus as they are (algorithm <c>plain</c>): the
/// bus is a socket of this user.
/// </summary>
/// <seealso href="https://specifications.freedesktop.org/secret-service-spec/latest/"/>
internal sealed class SecretService : IDisposable
{
    public const string NoPath = "/";

    private const string Bus = "org.freedesktop.secrets";
    private const string ServicePath = "/org/freedesktop/secrets";
    private const string Service = "org.freedesktop.Secret.Service";
    private const string Item = "org.freedesktop.Secret.Item";
    private const string Collection = "org.freedesktop.Secret.Collection";
    private const string ContentType = "application/octet-stream";

    private readonly DBusConnection _connection;

    public SecretService(string address) => _connection = new DBusConnection(address);

    public Task ConnectAsync() => _connection.ConnectAsync().AsTask();

    /// <summary>Opens a session for the transfer of secrets.</summary>
    public Task<string> OpenSessionAsync()
    {
        return _connection.CallMethodAsync(Create(), static (message, _) =>
        {
            var reader = message.GetBodyReader();
            reader.ReadVariantValue();
            return reader.ReadObjectPathAsString();
        });

        MessageBuffer Create()
        {
            var writer = _connection.GetMessageWriter();
            writer.WriteMethodCallHeader(Bus, ServicePath, Service, "OpenSession", "sv");
            writer.WriteString("plain");
            writer.WriteVariantString(string.Empty);
            return writer.CreateMessage();
        }
    }

    /// <summary>Finds the items with these attributes: those that can be read, and those that are locked.</summary>
    public Task<(string[] Unlocked, string[] Locked)> SearchAsync(IReadOnlyDictionary<string, string> attributes)
    {
        return _connection.CallMethodAsync(Create(), static (message, _) => ReadPaths(message));

        MessageBuffer Create()
        {
            var writer = _connection.GetMessageWriter();
            writer.WriteMethodCallHeader(Bus, ServicePath, Service, "SearchItems", "a{ss}");
            Write(ref writer, attributes);
            return writer.CreateMessage();
        }
    }

    /// <summary>Unlocks objects. If that needs the user, the result is a prompt that has not been shown.</summary>
    public Task<(string[] Unlocked, string Prompt)> UnlockAsync(IEnumerable<string> paths)
    {
        return _connection.CallMethodAsync(Create(), static (message, _) =>
        {
            var reader = message.GetBodyReader();
            return (Texts(reader.ReadArrayOfObjectPath()), reader.ReadObjectPathAsString());
        });

        MessageBuffer Create()
        {
            var writer = _connection.GetMessageWriter();
            writer.WriteMethodCallHeader(Bus, ServicePath, Service, "Unlock", "ao");
            writer.WriteArray(paths.Select(path => new ObjectPath(path)));
            return writer.CreateMessage();
        }
    }

    /// <summary>Reads the secret of an item.</summary>
    public Task<byte[]> ReadSecretAsync(string item, string session)
    {
        return _connection.CallMethodAsync(Create(), static (message, _) =>
        {
            var reader = message.GetBodyReader();
            reader.AlignStruct();
            reader.ReadObjectPathAsString();
            reader.ReadArrayOfByte();
            return reader.ReadArrayOfByte();
        });

        MessageBuffer Create()
        {
            var writer = _connection.GetMessageWriter();
            writer.WriteMethodCallHeader(Bus, item, Item, "GetSecret", "o");
            writer.WriteObjectPath(session);
            return writer.CreateMessage();
        }
    }

    /// <summary>The collection for new items, or <see cref="NoPath"/> if there is none.</summary>
    public Task<string> DefaultCollectionAsync()
    {
        return _connection.CallMethodAsync(Create(), static (message, _) => message.GetBodyReader().ReadObjectPathAsString());

        MessageBuffer Create()
        {
            var writer = _connection.GetMessageWriter();
            writer.WriteMethodCallHeader(Bus, ServicePath, Service, "ReadAlias", "s");
            writer.WriteString("default");
            return writer.CreateMessage();
        }
    }

    /// <summary>Creates an item, or replaces the one with the same attributes.</summary>
    /// <returns>The item, or <see cref="NoPath"/> and a prompt that has not been shown.</returns>
    public Task<(string Item, string Prompt)> CreateItemAsync(
        string collection, string session, string label, IReadOnlyDictionary<string, string> attributes, byte[] secret)
    {
        return _connection.CallMethodAsync(Create(), static (message, _) =>
        {
            var reader = message.GetBodyReader();
            return (reader.ReadObjectPathAsString(), reader.ReadObjectPathAsString());
        });

        MessageBuffer Create()
        {
            var writer = _connection.GetMessageWriter();
            writer.WriteMethodCallHeader(Bus, collection, Collection, "CreateItem", "a{sv}(oayays)b");
            var properties = writer.WriteDictionaryStart();
            writer.WriteDictionaryEntryStart();
            writer.WriteString($"{Item}.Label");
            writer.WriteVariantString(label);
            writer.WriteDictionaryEntryStart();
            writer.WriteString($"{Item}.Attributes");
            writer.WriteSignature("a{ss}");
            Write(ref writer, attributes);
            writer.WriteDictionaryEnd(properties);
            writer.WriteStructureStart();
            writer.WriteObjectPath(session);
            writer.WriteArray(Array.Empty<byte>());
            writer.WriteArray(secret);
            writer.WriteString(ContentType);
            writer.WriteBool(true);
            return writer.CreateMessage();
        }
    }

    public void Dispose() => _connection.Dispose();

    private static (string[] Unlocked, string[] Locked) ReadPaths(Message message)
    {
        var reader = message.GetBodyReader();
        return (Texts(reader.ReadArrayOfObjectPath()), Texts(reader.ReadArrayOfObjectPath()));
    }

    private static string[] Texts(ObjectPath[] paths) => [.. paths.Select(path => path.ToString())];

    private static void Write(ref MessageWriter writer, IReadOnlyDictionary<string, string> attributes)
    {
        var entries = writer.WriteDictionaryStart();
        foreach (var (name, value) in attributes)
        {
            writer.WriteDictionaryEntryStart();
            writer.WriteString(name);
            writer.WriteString(value);
        }

        writer.WriteDictionaryEnd(entries);
    }
}
