/** Reading and writing files: bounded, atomic, and with problems in plain words. */
package dbopt.files;
