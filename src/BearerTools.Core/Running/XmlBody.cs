using System.Xml;

namespace BearerTools.Running;

/// <summary>What Invoke-RestMethod makes of XML: a document, or the items of a feed.</summary>
internal static class XmlBody
{
    /// <summary>As many nodes of the beginning may hold the name of a feed.</summary>
    private const int NodesBeforeFeed = 10;

    /// <summary>Nothing is fetched, and a DTD is not looked at: entities that it declares are unknown, and so no bombs.</summary>
    private static readonly XmlReaderSettings s_settings = new()
    {
        CheckCharacters = false,
        IgnoreProcessingInstructions = true,
        MaxCharactersFromEntities = 1024,
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
    };

    /// <summary>Looked at before a document is made of it: the time that takes grows with the square of the depth.</summary>
    public static bool IsDeeper(string text, int depth)
    {
        try
        {
            using var reader = Reader(text);
            while (reader.Read())
            {
                if (reader.Depth > depth) return true;
            }
        }
        catch (XmlException)
        {
            // What is after it is not made into anything.
        }

        return false;
    }

    /// <returns>Nothing when it is not XML.</returns>
    public static XmlDocument? Document(string text)
    {
        try
        {
            using var reader = Reader(text);
            var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
            document.Load(reader);
            return document;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>The items of RSS and the entries of Atom, as they are read.</summary>
    /// <returns>Nothing when it is no feed.</returns>
    public static IEnumerable<XmlNode>? Feed(string text)
    {
        var reader = Reader(text);
        try
        {
            for (var node = 0; node < NodesBeforeFeed && reader.Read(); node++)
            {
                if (IsNamed(reader, "rss", "feed")) return Items(reader);
            }
        }
        catch (XmlException)
        {
            // It is no XML at all, or not even to its tenth node.
        }

        reader.Dispose();
        return null;
    }

    /// <exception cref="XmlException">The feed is broken; the items before that have come.</exception>
    private static IEnumerable<XmlNode> Items(XmlReader reader)
    {
        using (reader)
        {
            var owner = new XmlDocument { XmlResolver = null };
            reader.Read();
            while (!reader.EOF)
            {
                // ReadNode moves on by itself.
                if (reader.NodeType == XmlNodeType.Element && IsNamed(reader, "item", "entry")) yield return owner.ReadNode(reader)!;
                else reader.Read();
            }
        }
    }

    private static bool IsNamed(XmlReader reader, string name, string orName) =>
        reader.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || reader.Name.Equals(orName, StringComparison.OrdinalIgnoreCase);

    private static XmlReader Reader(string text) => XmlReader.Create(new StringReader(text), s_settings);
}
